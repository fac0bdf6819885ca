"""Letters of mails whose character set is said wrongly, or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.email.charsets import text_of
from channels.email.parsing import Mail

SAID = "Café, ’t kost €5 – één kast"


def read(body: bytes, charset: str = "", head: bytes = b"") -> Mail:
    said = f"Content-Type: text/plain; charset={charset}\n".encode() if charset else b""
    return Mail(b"From: noor@post.example\n" + head + said + b"Content-Transfer-Encoding: 8bit\n\n" + body)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("utf-8", "us-ascii"), ("utf-8", "iso-8859-1"), ("utf-8", "gb2312"), ("utf-8", "windows-1252"), ("utf-8", ""),
        ("cp1252", "iso-8859-1"), ("cp1252", "us-ascii"), ("cp1252", "utf-8"), ("cp1252", ""),
    ],
)  # fmt: skip
def test_letters_are_read_by_what_they_are(written: str, said: str) -> None:
    assert read(SAID.encode(written), said).text == SAID


def test_a_sign_that_was_cut_in_two_spoils_no_others() -> None:
    assert read(f"{SAID} ".encode() + "🎉".encode()[:2], "utf-8").text == f"{SAID} \ufffd"


def test_letters_of_the_east_are_read_by_what_is_said() -> None:
    assert read("联通".encode("gbk"), "gb2312").text == "联通"
    assert read("髙橋①".encode("cp932"), "shift_jis").text == "髙橋①"


@pytest.mark.parametrize("written", ["utf-8", "cp1252"])
def test_letters_that_nobody_encoded_are_read_in_headers(written: str) -> None:
    head = "Subject: Café ’t Hoekje\n".encode(written)
    head += 'Content-Disposition: attachment; filename="één.txt"\n'.encode(written)
    mail = read(b"hoi", "utf-8", head)
    assert (mail.subject, [file.filename for file in mail.files]) == ("Café ’t Hoekje", ["één.txt"])


def test_parts_that_were_not_found_are_no_file() -> None:
    mail = Mail(b"From: noor@post.example\nContent-Type: multipart/mixed; boundary=b\n\n\n")
    assert (mail.files, mail.text) == ([], "")


@given(content=st.binary(max_size=200), charset=st.sampled_from(["utf-8", "cp1252", "gb18030", "koi8-r", "utf-16"]))
def test_whatever_it_is_it_becomes_text(content: bytes, charset: str) -> None:
    assert isinstance(text_of(content, charset), str)


def test_a_file_within_a_mail_sent_along_keeps_its_name() -> None:
    head = (
        'Content-Type: application/pdf; name="factüur.pdf"\nContent-Disposition: attachment; filename="factüur.pdf"\n'
    )
    whole = 'From: n@post.example\nContent-Type: multipart/mixed; boundary="p"\n\n--p\nContent-Type: message/rfc822\n\n'
    within = f'Subject: Één\nContent-Type: multipart/mixed; boundary="q"\n\n--q\n{head}\nPDF\n--q--\n'
    mail = Mail(f"{whole}{within}--p--\n".encode())
    opened = mail.content_of(mail.files[0].number)
    assert f"\n{head}" in opened.decode()
    (file,) = Mail(opened).files
    assert (file.mime_type, file.filename) == ("application/pdf", "factüur.pdf")
