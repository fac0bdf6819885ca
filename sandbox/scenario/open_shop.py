"""Conversations with Veldhuis Wonen that wait for an answer when the demo starts."""

from __future__ import annotations

from sandbox.scenario.people import VELDHUIS
from sandbox.scenario.script import Talk, klant, merk

# Someone who writes everything down, in one message: 1,500 characters, as they do come in.
LONG_STORY = (
    "Beste mensen van Veldhuis, ik schrijf u omdat ik er telefonisch niet doorheen kom en omdat ik vind dat u dit moet weten. Op 3 oktober "
    "bestelde ik bij u een eettafel (Brink, 220 cm) met zes stoelen, voor de verjaardag van mijn man. Levertijd volgens de site: drie weken. "
    "Na vier weken had ik nog niets gehoord, dus ik belde. Een vriendelijke jongen zei dat de tafel er was maar de stoelen nog niet, en of ik "
    "wilde wachten. Dat wilde ik niet, want zonder tafel heb je aan een verjaardag met veertien man niet zoveel. Hij zou de tafel los sturen. "
    "Een week later stond er een bezorger voor de deur met zes stoelen. Zonder tafel. Ik heb ze aangenomen, want terugsturen leek me nog "
    "ingewikkelder. De tafel kwam de dag ná de verjaardag, met een blad van 180 cm in plaats van 220. We hebben die avond aan de keukentafel "
    "en twee campingtafels gegeten, wat achteraf best gezellig was, maar daar gaat het niet om. Nu staat hier dus een te kleine tafel met zes "
    "stoelen waar er vier omheen passen, en in mijn account staat de bestelling als ‘volledig geleverd’. Ik wil geen korting en ook geen bos "
    "bloemen. Ik wil de tafel die ik heb besteld, een datum waarop hij komt, en iemand die me belt als die datum niet gehaald wordt. Is dat te "
    "veel gevraagd? Ik kijk uit naar uw antwoord, en ik wens de jongen van de telefoon alle goeds, want aan hem lag het niet. Met vriendelijke "
    "groet, Marjolein Hoekstra. PS De stoelen zitten overigens heerlijk. Ordernummer is VW-203118, dan hoeft u daar niet meer naar te vragen."
)

TALKS = (
    Talk(
        "lang-verhaal",
        VELDHUIS,
        "facebook",
        "message",
        "marjolein",
        waiting=64,
        lines=(klant(LONG_STORY),),
        then=(
            "Dank u wel voor het snelle antwoord. Ik hou de telefoon bij me.",
            "Fijn. Dan wacht ik het met vertrouwen af.",
        ),
    ),
    Talk(
        "drie-op-een-rij",
        VELDHUIS,
        "whatsapp",
        "text",
        "stef",
        waiting=11,
        lines=(
            klant("hoi"),
            klant("mijn pakket zou vandaag komen maar track&trace zegt nu 3 december??", 0.7),
            klant("ik verhuis 1 december dus dat gaat m niet worden", 0.9),
        ),
        then=("VW-207733", "Kan het anders naar het nieuwe adres?", "Top, dank je"),
    ),
    Talk(
        "openbaar-gegevens",
        VELDHUIS,
        "facebook",
        "comment",
        "cor",
        on="winkel-elderveen",
        waiting=37,
        lines=(
            klant("waar blijft mijn bestelling VW-207415 ? bel mij op 06-12345616 ben de hele dag thuis. Cor Blom"),
        ),
        then=("ok ik wacht op uw telefoontje", "dank u"),
    ),
    Talk(
        "openbaar-iban",
        VELDHUIS,
        "x",
        "post",
        "pim",
        waiting=52,
        lines=(
            klant(
                "@veldhuiswonen jullie zouden 249 euro terugstorten. Mijn rekening is NL13TEST0123456789 t.n.v. P de Lange. Nu drie weken geleden."
            ),
        ),
        then=("Oeps, die staat inderdaad gewoon openbaar. Weggehaald. En het geld?", "Ok, dank."),
    ),
    Talk(
        "onbeschoft",
        VELDHUIS,
        "facebook",
        "comment",
        "rob",
        on="retour",
        waiting=18,
        lines=(
            klant(
                "Wat een stelletje prutsers zijn jullie zeg. 2x niet op komen dagen en dan een mailtje ‘we hebben u gemist’. IK ZAT GEWOON THUIS "
                "STELLETJE AMATEURS"
            ),
        ),
        then=("Ja sorry maar ik was er helemaal klaar mee. VW-207002", "Ok. Ben benieuwd."),
    ),
    Talk(
        "arabisch",
        VELDHUIS,
        "whatsapp",
        "text",
        "layla",
        waiting=29,
        lines=(
            klant("مرحبا، وصلت الطاولة اليوم لكن إحدى الأرجل مكسورة. هل يمكن استبدالها؟"),
            klant("رقم الطلب VW-207518", 1, picture="tafelpoot"),
        ),
        then=("شكرا جزيلا 🙏", "ممتاز، شكرا لكم"),
    ),
    Talk(
        "een-emoji",
        VELDHUIS,
        "instagram",
        "comment",
        "zeynep",
        on="weekend",
        waiting=8,
        lines=(klant("😍"),),
        then=("☺️",),
    ),
    Talk(
        "lange-naam",
        VELDHUIS,
        "facebook",
        "message",
        "willemijn",
        waiting=77,
        lines=(
            klant(
                "Goedemiddag. Levert u ook op een landgoed met een smalle oprijlaan? De laatste 400 meter is halfverhard en er staat een hek van "
                "2,60 meter breed."
            ),
        ),
        then=("Dat klinkt uitstekend. Onze tuinman kan eventueel met de trekker helpen.", "Zeer bedankt."),
    ),
    Talk(
        "vlek-foto",
        VELDHUIS,
        "whatsapp",
        "image",
        "fenna",
        waiting=15,
        lines=(klant("Rode wijn op Fjord 😭 hoe krijg ik dit eruit? Hoes mag in de was toch?", picture="vlek"),),
        then=("Op 30 of 40 graden?", "Gelukt!!! Alsof er niks gebeurd is 🙌"),
    ),
    Talk(
        "verkeerde-kleur",
        VELDHUIS,
        "instagram",
        "message",
        "roos",
        waiting=43,
        lines=(
            klant("Heyy ik had kleed Duinzand in naturel besteld maar dit is toch gewoon grijs??", picture="kleed"),
            klant("of ligt het aan mn lamp haha", 1.5),
        ),
        then=("Bij daglicht ook grijs, net gekeken", "Ja graag omruilen dan!", "💕"),
    ),
    Talk(
        "story",
        VELDHUIS,
        "instagram",
        "story_mention",
        "esmee",
        waiting=95,
        lines=(klant("Hij staat!! 💚 @veldhuiswonen", picture="bank"),),
        then=("Jaa mag je delen hoor!",),
    ),
    Talk(
        "tag-post",
        VELDHUIS,
        "instagram",
        "mention",
        "yara",
        waiting=58,
        lines=(
            klant("Eindelijk af, deze woonkamer in Weerdam. Bank en kleed via @veldhuiswonen, kleuradvies van mij 😉"),
        ),
        then=("Altijd welkom in de showroom? Dan kom ik een keer langs!",),
    ),
    Talk(
        "nederlands-engels",
        VELDHUIS,
        "x",
        "post",
        "emily",
        waiting=33,
        lines=(klant("@veldhuiswonen do you ship to Belgium? Your site says yes on one page and no on another 🙃"),),
        then=("Great, and how long does it take?", "Perfect, ordering now. Thanks!"),
    ),
    Talk(
        "duits-lieferung",
        VELDHUIS,
        "whatsapp",
        "text",
        "klaus",
        waiting=70,
        lines=(
            klant(
                "Guten Tag, unsere Lieferung (VW-207300) war für heute angekündigt. Können Sie mir eine ungefähre Uhrzeit nennen?"
            ),
        ),
        then=("Vielen Dank, dann bin ich zu Hause.",),
    ),
    Talk(
        "ironie-wachttijd",
        VELDHUIS,
        "x",
        "post",
        "daan",
        waiting=22,
        lines=(
            klant(
                "Shoutout naar @veldhuiswonen voor het gratis avontuur: bank besteld, hocker gekregen. Zitten we dan, met z’n drieën op een poef. 👏"
            ),
        ),
        then=("VW-207690. De kinderen vinden het overigens prachtig.", "Zaterdag is goed!"),
    ),
    Talk(
        "handleiding",
        VELDHUIS,
        "facebook",
        "message",
        "ahmet",
        waiting=4,
        lines=(
            klant("Hallo, ik ben de handleiding van kast Hoogland kwijt na de verhuizing. Staat die ergens online?"),
        ),
        then=("Gevonden, bedankt!",),
    ),
    Talk(
        "cadeaubon",
        VELDHUIS,
        "facebook",
        "message",
        "ingrid",
        waiting=88,
        lines=(
            klant(
                "Ik heb een cadeaubon uit 2023 gevonden in een verjaardagskaart. Is die nog geldig? Er staat geen datum op."
            ),
        ),
        then=("Wat fijn! Kan ik hem ook in de nieuwe winkel gebruiken?", "Dan zie ik jullie in Elderveen 😊"),
    ),
    Talk(
        "prijs-gezakt",
        VELDHUIS,
        "instagram",
        "message",
        "lotte",
        waiting=6,
        lines=(
            klant(
                "Vorige week eettafel Brink gekocht voor 899, nu 749 in de actie 😩 kan ik het verschil terugkrijgen?"
            ),
        ),
        then=("VW-207381", "Echt?? Wat lief, dank!!"),
    ),
    Talk(
        "samir-bedankt",
        VELDHUIS,
        "whatsapp",
        "text",
        "joke",
        waiting=118,
        lines=(
            klant("Goedemorgen, ik wil mijn bezorgmoment van vrijdag graag verzetten naar volgende week"),
            merk("Goedemorgen Joke, dat kan. Schikt dinsdag of woensdag? Groet, Samir", 12),
            klant("Woensdag. Het liefst voor 12 uur want dan moet ik naar de fysio", 9),
        ),
        then=("Dankjewel Samir",),
    ),
    Talk(
        "kindveilig",
        VELDHUIS,
        "facebook",
        "comment",
        "nadia",
        on="bank-fjord",
        waiting=47,
        lines=(
            klant(
                "Zijn de stoffen ook getest op krabbende katten en peuters met pindakaas? Vraag voor een vriendin 😇"
            ),
        ),
        then=("Haha top, dan vraag ik een staaltje aan",),
    ),
    Talk(
        "eva-twee-1",
        VELDHUIS,
        "whatsapp",
        "text",
        "eva",
        waiting=26,
        lines=(
            klant(
                "Hoi, ik had dit ook al op X gevraagd: het tafeltje dat ik zaterdag ophaalde wiebelt. Zitten er dopjes bij?"
            ),
        ),
        then=("Ah, onder het schuim! Gevonden. Dankjewel",),
    ),
    Talk(
        "eva-twee-2",
        VELDHUIS,
        "x",
        "post",
        "eva",
        waiting=31,
        lines=(
            klant(
                "@veldhuiswonen bijzettafel Kiezel wiebelt als een eend. Zitten er viltdopjes bij of moet ik een bierviltje vouwen?"
            ),
        ),
        then=("Gevonden, onder het schuim. Bierviltje mag weer onder het bier.",),
    ),
)
