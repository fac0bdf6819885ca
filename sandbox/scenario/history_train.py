"""Conversations Lijn Noord has had and closed in the past weeks."""

from __future__ import annotations

from sandbox.scenario.people import LIJN_NOORD, VELDHUIS
from sandbox.scenario.script import Talk, klant, merk

TALKS = (
    Talk(
        "fiets",
        LIJN_NOORD,
        "x",
        "post",
        "jeroen",
        day=27,
        at="08:14",
        lines=(
            klant("@lijnnoord mag mijn vouwfiets in de spits gratis mee?"),
            merk("Ja hoor Jeroen, ingeklapt reist je vouwfiets altijd gratis mee, ook in de spits. ^Fay", 11),
            klant("Top, dank!", 3),
        ),
    ),
    Talk(
        "vertraging-claim",
        LIJN_NOORD,
        "x",
        "post",
        "ilse",
        day=26,
        at="18:40",
        lines=(
            klant("Trein van 17.42 uit Weerdam: 48 minuten vertraging. @lijnnoord hoe vraag ik geld terug?"),
            merk(
                "Hoi Ilse, dat is een flinke. Vanaf 30 minuten krijg je de helft terug: vul het formulier ‘Vertraging’ in je account in, met je "
                "vertrektijd. Het staat binnen tien dagen op je rekening. ^Olaf",
                14,
            ),
            klant("Gedaan. Moet ik daar nog kaartjes bij sturen?", 22),
            merk("Niet nodig, we zien je reis aan je in- en uitcheck. ^Olaf", 9),
        ),
    ),
    Talk(
        "airco",
        LIJN_NOORD,
        "x",
        "post",
        "dennis",
        day=25,
        at="15:20",
        lines=(
            klant(
                "Is het bij jullie beleid dat de verwarming in de 14.58 op tropisch staat, @lijnnoord? Ik zit hier te smelten."
            ),
            merk(
                "Nee hoor Dennis, 20 graden is de bedoeling. Welk rijtuignummer staat er boven de deur? Dan geven we het door aan de machinist. ^Fay",
                7,
            ),
            klant("2417", 2),
            merk("Doorgegeven, hij zet hem lager. Laat je weten of het helpt? ^Fay", 5),
            klant("Scheelt al een trui. Bedankt.", 12),
        ),
    ),
    Talk(
        "dienstregeling-boos",
        LIJN_NOORD,
        "facebook",
        "comment",
        "opatoon",
        on="dienstregeling",
        day=21,
        at="09:02",
        lines=(
            klant("En voor ons in Stavermeer is er na 20 uur helemaal niets meer. Bedankt hoor."),
            merk(
                "Dat is een lastige verandering voor wie ’s avonds reist, meneer Hagedoorn. Na 20 uur rijdt wel de nachtbus 14, elk uur, op hetzelfde "
                "kaartje.",
                34,
            ),
            klant("Die stopt niet bij het dorp maar bij de rotonde. Een half uur lopen in het donker.", 26),
            merk(
                "Dank voor de toelichting, dat is goed om te weten. Ik leg het vandaag voor aan de planners en kom hier bij u op terug.",
                18,
            ),
            merk(
                "Er is nieuws: vanaf de eerste van de maand rijdt bus 14 door tot het dorpsplein. Met dank aan uw opmerking.",
                7100,
            ),
            klant("Kijk, dat is netjes. Dank u.", 65),
        ),
    ),
    Talk(
        "dienstregeling-vraag",
        LIJN_NOORD,
        "facebook",
        "comment",
        "marit",
        on="dienstregeling",
        day=21,
        at="10:31",
        lines=(
            klant("Geldt dit ook in de vakantie?"),
            merk(
                "In de schoolvakanties rijden we volgens de zaterdagdienst, Marit. Dat staat vanaf volgende week ook in de planner.",
                17,
            ),
        ),
    ),
    Talk(
        "verloren-tas",
        LIJN_NOORD,
        "x",
        "dm",
        "naomi",
        day=20,
        at="12:05",
        lines=(
            klant(
                "Hoi, ik heb vanochtend mijn rugzak laten staan in de trein van 8.03 naar Noorderzijl. Grijs, met een sleutelhanger van een kikker."
            ),
            merk("Hoi Naomi, we hebben een zoekverzoek uitgezet. In welk deel van de trein zat je ongeveer? ^Olaf", 10),
            klant("Tweede rijtuig, bij het raam", 3),
            merk(
                "Goed nieuws: de kikker is gevonden, met rugzak. Je kunt hem ophalen bij de balie in Noorderzijl, tot 21 uur. ^Olaf",
                140,
            ),
            klant("Aaah wat fijn!! Dank jullie wel 🐸", 4),
        ),
    ),
    Talk(
        "vier-bakken",
        LIJN_NOORD,
        "x",
        "post",
        "chantal",
        day=19,
        at="07:33",
        lines=(
            klant(
                "@lijnnoord stampvol weer. 4 bakken ipv 6. Elke dinsdag hetzelfde liedje, jullie leren het ook nooit he"
            ),
            merk(
                "Begrijpelijk dat je er flauw van bent, Chantal. Vandaag viel er een treinstel uit; vanaf morgen rijden we weer met zes. ^Fay",
                18,
            ),
            klant("dat zeiden jullie vorige week ook", 5),
            merk(
                "Klopt, en dat ging toen mis door hetzelfde treinstel. Het is nu voor reparatie weg en vervangen. Is het morgen wéér kort, tik me dan "
                "hier aan, dan zoek ik het uit. ^Fay",
                12,
            ),
            klant("ok. Morgen kijken dan.", 8),
            klant("Zes bakken. En een zitplaats. Ik noteer hem in mijn agenda.", 1440),
        ),
    ),
    Talk(
        "en-luggage",
        LIJN_NOORD,
        "x",
        "post",
        "oliver",
        day=18,
        at="13:15",
        lines=(
            klant("@lijnnoord hi! can I bring a surfboard on the train to Duinrade?"),
            merk("Hi Oliver, up to 2 metres, outside rush hour, in the bicycle area. Enjoy the waves! ^Olaf", 16),
            klant("Brilliant, cheers 🏄", 5),
        ),
    ),
    Talk(
        "de-ticket",
        LIJN_NOORD,
        "x",
        "post",
        "hannah",
        day=17,
        at="09:50",
        lines=(
            klant("@lijnnoord Gilt mein Gruppenticket auch am Wochenende?"),
            merk(
                "Hallo Hannah, ja, das Gruppenticket gilt am Wochenende den ganzen Tag, werktags erst ab 9 Uhr. ^Fay",
                25,
            ),
            klant("Perfekt, danke!", 4),
        ),
    ),
    Talk(
        "rolstoel",
        LIJN_NOORD,
        "x",
        "dm",
        "gijs",
        day=16,
        at="10:22",
        lines=(
            klant(
                "Goedemorgen, ik reis zaterdag met een elektrische rolstoel van Elderveen naar Weerdam, 10.14 uur. Is er dan iemand met een oprijplaat?"
            ),
            merk(
                "Goedemorgen Gijs, ik heb assistentie voor je geboekt op beide stations. Ben je een kwartier van tevoren bij de balie? ^Olaf",
                19,
            ),
            klant("Ja. En terug om 17.44?", 4),
            merk("Ook geboekt. Je krijgt van allebei een bevestiging per sms. Goede reis! ^Olaf", 7),
            klant("Het liep perfect zaterdag, complimenten aan de dame in Weerdam.", 4100),
        ),
    ),
    Talk(
        "boete",
        LIJN_NOORD,
        "x",
        "dm",
        "ruben",
        day=15,
        at="20:11",
        lines=(
            klant("Ik heb een boete van 50 euro gekregen terwijl de paal op Haverdijk kapot was. Kon niet inchecken"),
            klant("heb er een foto van", 1, picture="poortje"),
            merk(
                "Hoi Ruben, dank je, die foto helpt. We zien inderdaad een storing aan paal 3 om die tijd. Stuur je het nummer van de boete? Dan "
                "laten we hem intrekken. ^Fay",
                24,
            ),
            klant("LN-77120-4", 3),
            merk("Ingetrokken. Je krijgt er binnen drie dagen een brief over. ^Fay", 31),
            klant("Netjes opgelost, dank.", 2),
        ),
    ),
    Talk(
        "compliment-machinist",
        LIJN_NOORD,
        "x",
        "post",
        "lieke",
        day=14,
        at="08:58",
        lines=(
            klant(
                "Machinist van de 8.22 wenste net een vrouw achterin een fijne 80e verjaardag via de intercom. Hele coupé aan het zingen. "
                "Dit zijn de berichten @lijnnoord ❤️"
            ),
            merk(
                "Hier worden we even stil van, Lieke. We hebben het de machinist verteld: hij heet Arend en hij bloost. ❤️ ^Olaf",
                21,
            ),
        ),
    ),
    Talk(
        "wifi",
        LIJN_NOORD,
        "x",
        "post",
        "youssef",
        day=12,
        at="16:44",
        lines=(
            klant(
                "@lijnnoord wifi in de trein naar Noorderzijl doet het al drie dagen niet. Wordt daar nog wat aan gedaan?"
            ),
            merk(
                "Hoi Youssef, dank voor het doorgeven. Om welk treinnummer gaat het? Het staat op het schermpje bij de deur. ^Fay",
                15,
            ),
            klant("Vandaag 3361, gisteren ook die geloof ik", 6),
            merk("Die router is inderdaad stuk; hij wordt vannacht vervangen. ^Fay", 33),
        ),
    ),
    Talk(
        "abonnement",
        LIJN_NOORD,
        "facebook",
        "message",
        "petra",
        day=11,
        at="11:15",
        lines=(
            klant(
                "Goedemorgen, mijn dochter gaat studeren in Weerdam. Welk abonnement is het voordeligst voor 3 dagen per week?"
            ),
            merk(
                "Goedemorgen Petra, gefeliciteerd! Bij drie vaste dagen is Traject Flex het voordeligst: vanaf de negende rit per maand betaal je niets "
                "meer. Groet, Fay",
                28,
            ),
            klant("En in de zomervakantie, betaal je dan door?", 11),
            merk("Nee, je betaalt alleen voor de ritten die ze maakt. Stopzetten hoeft dus niet.", 9),
            klant("Duidelijk. Dan gaan we dat doen, bedankt Fay", 15),
        ),
    ),
    Talk(
        "brug-1",
        LIJN_NOORD,
        "x",
        "post",
        "mark",
        on="brug-x",
        day=8,
        at="06:52",
        lines=(
            klant("Alweer die brug? Derde keer deze maand."),
            merk(
                "Klopt Mark, en daar balen wij ook van. Volgende week wordt de motor van de brug vervangen. ^Olaf", 13
            ),
            klant("Volgende week. Dan weet ik wat ik tot die tijd doe: fietsen.", 9),
        ),
    ),
    Talk(
        "brug-2",
        LIJN_NOORD,
        "x",
        "post",
        "samira",
        on="brug-x",
        day=8,
        at="07:10",
        lines=(
            klant("Haal ik de 8.05 in Stavermeer nog als ik nu instap in Weerdam?"),
            merk(
                "Dat wordt krap, Samira: verwachte aankomst is 8.03 op spoor 4, en je overstap is op spoor 1. De volgende gaat om 8.20. ^Olaf",
                5,
            ),
            klant("Gehaald! Met een sprintje. 🏃‍♀️", 58),
            merk("Goud op de 200 meter overstap. 🥇 ^Olaf", 6),
        ),
    ),
    Talk(
        "brug-omroep",
        LIJN_NOORD,
        "x",
        "post",
        "omroep",
        on="brug-x",
        day=8,
        at="07:35",
        lines=(
            klant("Kunnen jullie zeggen hoeveel reizigers hier last van hebben? Voor ons bulletin van 8 uur."),
            merk("Goedemorgen, onze persvoorlichter belt u binnen tien minuten. ^Olaf", 4),
            klant("Gesproken, dank voor de snelle reactie.", 21),
        ),
    ),
    Talk(
        "stilte-1",
        LIJN_NOORD,
        "facebook",
        "comment",
        "frits",
        on="stiltecoupe",
        day=5,
        at="15:22",
        lines=(
            klant("Prachtig. En wie gaat dat handhaven? Gisteren zat er een heel vrijgezellenfeest in."),
            merk(
                "De conducteur spreekt mensen aan, Frits. En via onze app kun je het melden, dan komt er iemand kijken.",
                31,
            ),
        ),
    ),
    Talk(
        "stilte-2",
        LIJN_NOORD,
        "facebook",
        "comment",
        "fatima",
        on="stiltecoupe",
        day=5,
        at="18:03",
        lines=(
            klant("Fijn! Ik studeer altijd in de trein dus hier word ik blij van 📚"),
            merk("Succes met je tentamens, Fatima! 📚", 44),
        ),
    ),
    Talk(
        "b3-oud",
        LIJN_NOORD,
        "x",
        "post",
        "thijs",
        day=10,
        at="17:31",
        lines=(
            klant(
                "Trein naar Elderveen rijdt niet. Trein naar Weerdam rijdt niet. Wat rijdt er eigenlijk wel?",
                mention=False,
            ),
            klant("De koffiekar. Die rijdt altijd.", 4, by="wouter", mention=False),
            klant("Chapeau @lijnnoord, alleen de koffie op tijd. 👏", 3, by="amber"),
            merk(
                "De koffiekar heeft voorrang op elk sein. 😉 Even serieus: er lag een boom op het spoor bij Duinrade. Vanaf 18.10 uur rijdt alles "
                "weer. ^Fay",
                14,
            ),
            klant("Die boom verdient een compliment voor zijn timing.", 3, by="wouter"),
        ),
    ),
    Talk(
        "eva-trein",
        LIJN_NOORD,
        "x",
        "post",
        "eva",
        day=7,
        at="18:20",
        lines=(
            klant("@lijnnoord kan ik een bijzettafeltje meenemen in de trein? 50 x 50 cm. Vraag voor mezelf."),
            merk(
                "Past het op je schoot of onder je stoel, dan mag het, Eva. Welke stoel je meeneemt om op te zitten, laten we aan jou. ^Olaf",
                13,
            ),
            klant("Haha. Onder de stoel, beloofd.", 5),
        ),
    ),
    Talk(
        "eva-winkel",
        VELDHUIS,
        "instagram",
        "message",
        "eva",
        day=7,
        at="18:34",
        lines=(
            klant("Hoi! Past bijzettafel Kiezel in een doos van 50x50? Ik moet er de trein mee in 😅"),
            merk(
                "Hoi Eva, de doos is 48 × 48 × 20 cm en weegt 6 kilo. Met één hand te tillen, in de andere je kaartje. Groet, Noor",
                24,
            ),
            klant("Perfect, kom m zaterdag halen", 5),
        ),
    ),
    Talk(
        "overstap",
        LIJN_NOORD,
        "x",
        "post",
        "bas",
        day=3,
        at="08:41",
        lines=(
            klant("@lijnnoord vertrekt de 9.10 naar Haverdijk vandaag van spoor 2 of 5? App zegt 2, bord zegt 5."),
            merk(
                "Spoor 5, Bas. Het bord heeft gelijk; de app loopt nu gelijk met het bord. Dank voor het melden! ^Fay",
                4,
            ),
            klant("Zit. Dank.", 6),
        ),
    ),
    Talk(
        "weekend-bus",
        LIJN_NOORD,
        "x",
        "post",
        "carlijn",
        on="werk-x",
        day=1,
        at="17:20",
        lines=(
            klant("Kan er een kinderwagen in die bussen?"),
            merk(
                "Ja Carlijn, er is plek voor twee kinderwagens per bus. Is het vol, dan gaat er zes minuten later weer een. ^Olaf",
                15,
            ),
        ),
    ),
)
