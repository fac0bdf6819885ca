"""Large files of a mail are left out of what is taken apart, and are there whole when one is opened."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from channels.email.parsing import Mail


def test_a_large_file_is_left_out_and_found_again() -> None:
    made = EmailMessage()
    made["From"], made["Message-ID"] = "noor@post.example", "<g@post.example>"
    made.set_content("Zie film.")
    films = [bytes(range(256)) * 4_000, b"klein", b"\x00\xff" * 600_000]
    for film in films:
        made.add_attachment(film, maintype="video", subtype="mp4", filename="film.mp4")
    mail = Mail(made.as_bytes())
    assert len(mail.thinned.content) < len(mail.raw) // 2 and not mail.thinned.is_cut
    assert [mail.content_of(file.number) for file in mail.files] == films
    assert [file.size is None for file in mail.files] == [True, False, True]
    assert mail.text == "Zie film."


def test_a_mail_sent_along_is_opened_with_its_own_large_files() -> None:
    film = b"\x00\xff" * 600_000
    inner, made = EmailMessage(), EmailMessage()
    inner.set_content("Zie film.")
    inner.add_attachment(film, maintype="video", subtype="mp4", filename="film.mp4")
    made["From"] = "noor@post.example"
    made.add_attachment(inner)
    mail = Mail(made.as_bytes())
    opened = Mail(mail.content_of(mail.files[0].number))
    assert opened.content_of(opened.files[0].number) == film


@pytest.mark.parametrize("encoding", ["Content-Transfer-Encoding: 8bit", "Content-Transfer-Encoding: binary", "X: y"])
@pytest.mark.parametrize("kind", ["application/pdf", "text/csv", "text/csv; charset=iso-8859-1"])
def test_a_file_that_nobody_encoded_is_there_as_it_was_sent(kind: str, encoding: str) -> None:
    content = bytes(range(128, 256)) + "één;€5".encode()
    head = f'Content-Type: {kind}\n{encoding}\nContent-Disposition: attachment; filename="f"\n\n'.encode()
    whole = b'From: noor@post.example\nContent-Type: multipart/mixed; boundary="a"\n\n--a\n%s%s\n--a--\n'
    mail = Mail(whole % (head, content))
    assert [mail.content_of(file.number) for file in mail.files] == [content]
