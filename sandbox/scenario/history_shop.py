"""Conversations Veldhuis Wonen has had and closed in the past weeks."""

from __future__ import annotations

from sandbox.scenario.people import VELDHUIS
from sandbox.scenario.script import Talk, klant, merk

TALKS = (
    Talk(
        "kras",
        VELDHUIS,
        "facebook",
        "message",
        "joke",
        day=27,
        at="10:12",
        lines=(
            klant(
                "Goedemorgen, gisteren is onze dressoir bezorgd maar er zit een flinke kras op het bovenblad. Wat nu?"
            ),
            merk(
                "Goedemorgen Joke, wat vervelend, zo’n nieuw dressoir hoort gaaf te zijn. Stuur je ons een foto van de kras en je "
                "ordernummer? Dan kijken we meteen wat we kunnen doen. Groet, Noor",
                18,
            ),
            klant("Hier de foto. Ordernummer is VW-204417", 9, picture="kras"),
            merk(
                "Dank je, dat is inderdaad een lelijke. We sturen je een nieuw bovenblad; de bezorger wisselt het om en neemt het "
                "oude mee. Schikt donderdag tussen 9 en 13 uur? Groet, Noor",
                22,
            ),
            klant("Donderdag is prima. Fijn zo snel geregeld, dankjewel!", 6),
        ),
    ),
    Talk(
        "kleur-fjord",
        VELDHUIS,
        "facebook",
        "comment",
        "wil",
        on="bank-fjord",
        day=26,
        at="11:02",
        lines=(
            klant("Mooie bank! Is die er ook in okergeel?"),
            merk(
                "Dank je, Wil! Ja, okergeel is er: de stof heet Honing. Je kunt gratis een staaltje aanvragen op de productpagina.",
                31,
            ),
            klant("Staaltje is aangevraagd 👍", 45),
        ),
    ),
    Talk(
        "tagged-vriendin",
        VELDHUIS,
        "instagram",
        "comment",
        "lotte",
        on="fjord-insta",
        day=26,
        at="12:20",
        lines=(
            klant("@esmee.nijland deze bedoelde ik!! 😍"),
            klant("Omg ja. Past nooit in mijn flat maar JA", 14, by="esmee"),
            merk("Er is ook een tweezits, Esmée: 164 cm breed. Misschien past die wel? 😉", 42),
            klant("Ga meten!!", 8, by="esmee"),
        ),
    ),
    Talk(
        "app-bezorgtijd",
        VELDHUIS,
        "whatsapp",
        "text",
        "rob",
        day=25,
        at="08:51",
        lines=(
            klant("Hoi, hoe laat komen jullie vandaag? Staat alleen ‘vandaag’ in de mail"),
            merk(
                "Goedemorgen Rob, de bezorgers zijn tussen 13.30 en 15.30 bij je. Ze bellen een halfuur van tevoren. Groet, Samir",
                11,
            ),
            klant("top thanks", 2),
        ),
    ),
    Talk(
        "x-kortingscode",
        VELDHUIS,
        "x",
        "post",
        "kees",
        day=25,
        at="14:33",
        lines=(
            klant("@veldhuiswonen kortingscode HERFST10 doet het niet in de winkelmand. Foutmelding ‘code onbekend’."),
            merk("Hoi Kees, de code werkt niet op artikelen uit de sale. Zit daar iets van in je mandje? ^Noor", 27),
            klant("Ja, het vloerkleed. Had er wel bij mogen staan.", 12),
            merk(
                "Daar heb je gelijk in, we zetten het erbij. Stuur ons een DM met je mailadres, dan maken we het voor deze ene keer in orde. ^Noor",
                19,
            ),
        ),
    ),
    Talk(
        "montage",
        VELDHUIS,
        "whatsapp",
        "text",
        "ahmet",
        day=24,
        at="19:48",
        lines=(
            klant("Goedenavond, ik ben kast Hoogland aan het opbouwen maar mis 4 lange schroeven (zakje F)"),
            klant("dit is wat ik wel heb", 1, picture="schroeven"),
            merk(
                "Goedenavond Ahmet, wat vervelend halverwege de klus. We sturen zakje F vandaag nog op, dan heb je het overmorgen. "
                "Tot die tijd kun je verder met stap 9 tot en met 12. Groet, Lieke",
                14,
            ),
            klant("Ok bedankt! Stap 9 lukt inderdaad zonder.", 21),
        ),
    ),
    Talk(
        "compliment-bezorgers",
        VELDHUIS,
        "facebook",
        "visitor_post",
        "ingrid",
        day=23,
        at="16:05",
        lines=(
            klant(
                "Een compliment mag ook weleens: twee ontzettend aardige bezorgers, kast boven gebracht, schoenen uit in de gang en het "
                "karton mee terug. Zo hoort het. Dank jullie wel!"
            ),
            merk(
                "Wat leuk om te lezen, Ingrid. We hebben je bericht doorgegeven aan Marco en Dwayne; ze staan te glunderen bij de "
                "koffieautomaat. Veel plezier van je kast!",
                55,
            ),
        ),
    ),
    Talk(
        "retour-bank",
        VELDHUIS,
        "facebook",
        "message",
        "gerda",
        day=22,
        at="09:17",
        lines=(
            klant(
                "Geachte heer/mevrouw, wij willen graag onze bank retourneren. Hij zit helaas niet prettig. Wat zijn hiervan de kosten?"
            ),
            merk(
                "Goedemorgen mevrouw Luijten, u kunt de bank binnen 30 dagen terugsturen. Wij halen hem op; daar brengen we € 49 voor in "
                "rekening. Zal ik een ophaalmoment voor u inplannen? Groet, Samir",
                24,
            ),
            klant("49 euro vind ik wel fors. Mijn man heeft een aanhanger, mogen wij hem ook zelf brengen?", 40),
            merk(
                "Dat mag zeker, dan kost het niets. Brengt u hem naar ons magazijn aan de Loskade 8 in Weerdam, op werkdagen tussen 8 en 17 "
                "uur. Neem de bon mee, dan staat het geld binnen vijf werkdagen op uw rekening.",
                16,
            ),
            klant("Dan komen wij donderdag. Vriendelijke groet, G. Luijten", 33),
        ),
    ),
    Talk(
        "insta-dm-stof",
        VELDHUIS,
        "instagram",
        "message",
        "yara",
        day=21,
        at="13:40",
        lines=(
            klant("Hoi! Ik ben interieurstylist en zoek stalen van alle stoffen van Fjord voor een klant. Kan dat?"),
            merk(
                "Hoi Yara, leuk! We hebben een stalenboek voor stylisten, dat mag je drie weken lenen. Naar welk adres mag het?",
                36,
            ),
            klant("Super. Kanaalstraat 12, 1234 ZZ Weerdam", 5),
            merk("Staat klaar, je hebt het vrijdag in huis. Succes met je project!", 15),
            klant("🙏🙏", 3),
        ),
    ),
    Talk(
        "x-en-klacht",
        VELDHUIS,
        "x",
        "post",
        "priya",
        day=20,
        at="18:22",
        lines=(
            klant("@veldhuiswonen third time my delivery has been rescheduled. I took a day off for this. Not ok."),
            merk(
                "Hi Priya, that’s not how it should go and we’re sorry about your lost day. Could you DM us your order number? We’ll arrange "
                "a fixed time with the driver today. ^Samir",
                21,
            ),
            klant("Sent.", 6),
            merk("Thanks, got it. Saturday 9–10 is confirmed, with the driver’s name in your mailbox. ^Samir", 38),
            klant("They came at 9:05. Thank you for sorting it out.", 2600),
        ),
    ),
    Talk(
        "tafel-hond",
        VELDHUIS,
        "instagram",
        "comment",
        "anouk",
        on="eettafel",
        day=19,
        at="17:05",
        lines=(
            klant("Hoort de hond bij de prijs in? 🐶"),
            merk("De hond gaat na de fotoshoot altijd weer met z’n baasje mee. Helaas 😄", 22),
        ),
    ),
    Talk(
        "tafel-onderhoud",
        VELDHUIS,
        "instagram",
        "comment",
        "marjolein",
        on="eettafel",
        day=19,
        at="20:11",
        lines=(
            klant("Hoe houd je zo’n eiken blad mooi? Onze vorige zat na een jaar vol kringen."),
            merk(
                "Goede vraag, Marjolein. Eén keer per half jaar een laagje onderhoudsolie, en gemorste wijn meteen deppen. Bij de tafel zit "
                "een flesje voor de eerste keer.",
                640,
            ),
            klant("Duidelijk, dank!", 30),
        ),
    ),
    Talk(
        "bestelling-kwijt",
        VELDHUIS,
        "whatsapp",
        "text",
        "fenna",
        day=18,
        at="11:31",
        lines=(
            klant("Hoi, volgens PostSnel is mijn pakket bezorgd maar ik heb niks. Buren ook niet"),
            klant("VW-205981", 1),
            merk(
                "Hoi Fenna, dat zoeken we uit. Ik heb een onderzoek geopend bij de bezorger; dat duurt hooguit twee werkdagen. Heb je vóór "
                "die tijd iets nodig, laat het weten. Groet, Noor",
                13,
            ),
            klant("oke, ik wacht af", 4),
            klant("GEVONDEN. stond in de schuur achter de container 🤦‍♀️ sorry!!", 320),
            merk("Haha, gelukkig! Ik sluit het onderzoek. Veel plezier ermee. Groet, Noor", 12),
        ),
    ),
    Talk(
        "de-anfrage",
        VELDHUIS,
        "whatsapp",
        "text",
        "klaus",
        day=17,
        at="10:08",
        lines=(
            klant("Guten Tag, liefern Sie auch nach Deutschland? Wir wohnen kurz hinter der Grenze."),
            merk(
                "Guten Tag Herr Brinkmann, ja, bis 50 km hinter der Grenze liefern wir selbst. Die Lieferung kostet 79 Euro. Wie lautet Ihre "
                "Postleitzahl? Viele Grüße, Lieke",
                29,
            ),
            klant("49999. Das klingt gut.", 8),
            merk(
                "Das liegt in unserem Gebiet. Sie können einfach im Shop bestellen und Deutschland als Land auswählen.",
                14,
            ),
            klant("Wunderbar, vielen Dank!", 5),
        ),
    ),
    Talk(
        "retour-zaterdag",
        VELDHUIS,
        "facebook",
        "comment",
        "pim",
        on="retour",
        day=15,
        at="10:20",
        lines=(
            klant("Eindelijk! Vorige keer moest ik er een vrije dag voor opnemen."),
            merk(
                "Daar doen we het voor, Pim. Vanaf nu gewoon op zaterdag, tussen het uitslapen en de boodschappen door.",
                37,
            ),
        ),
    ),
    Talk(
        "retour-buiten",
        VELDHUIS,
        "facebook",
        "comment",
        "henk",
        on="retour",
        day=15,
        at="12:44",
        lines=(
            klant("En voor mensen zonder account? Ik heb in de winkel gekocht."),
            merk(
                "Dan kun je bellen of hier een privébericht sturen met je bonnummer, Henk. Wij plannen het dan voor je in.",
                28,
            ),
            klant("ok", 90),
        ),
    ),
    Talk(
        "factuur",
        VELDHUIS,
        "facebook",
        "message",
        "nadia",
        day=14,
        at="15:12",
        lines=(
            klant("Hallo, kan ik een factuur op naam van mijn bedrijf krijgen? Bestelling VW-206330"),
            merk(
                "Hallo Nadia, dat kan. Stuur je de bedrijfsnaam, het adres en het btw-nummer? Dan mailen we je de aangepaste factuur. Groet, "
                "Samir",
                26,
            ),
            klant("Benali Bloemen, Marktstraat 3, Elderveen. Btw-nummer mail ik liever", 12),
            merk(
                "Helemaal goed, mailen mag naar het adres in je orderbevestiging. Zodra het binnen is, heb je de factuur dezelfde dag.",
                9,
            ),
            klant("Gemaild, dank u", 17),
        ),
    ),
    Talk(
        "x-wachttijd",
        VELDHUIS,
        "x",
        "post",
        "bram",
        day=13,
        at="16:48",
        lines=(
            klant(
                "35 minuten in de wacht bij @veldhuiswonen en dan wordt de verbinding verbroken. Kan dat nou echt niet anders?"
            ),
            merk(
                "Dat is veel te lang, Bram, excuses. Waar belde je over? Stuur ons een DM met je ordernummer, dan pakken we het hier direct op. "
                "^Lieke",
                16,
            ),
            klant("DM gestuurd.", 4),
            merk("Gezien en beantwoord. Fijn dat het gelukt is zo. ^Lieke", 23),
        ),
    ),
    Talk(
        "bram-dm",
        VELDHUIS,
        "x",
        "dm",
        "bram",
        day=13,
        at="17:10",
        lines=(
            klant("VW-206512. De verkeerde maat kleed: besteld 200x300, gekregen 160x230."),
            merk(
                "Dank je, Bram. De juiste maat gaat vandaag de deur uit; de bezorger neemt morgen de verkeerde mee. Je hoeft alleen het kleed op "
                "te rollen. ^Lieke",
                13,
            ),
            klant("Kijk, dat is service. Bedankt.", 7),
        ),
    ),
    Talk(
        "lamp-flikkert",
        VELDHUIS,
        "instagram",
        "message",
        "mirthe",
        day=11,
        at="20:02",
        lines=(
            klant("hiii mijn lamp Maantje flikkert op de laagste stand, is dat normaal?"),
            merk("Hoi Mirthe, nee, dat hoort niet. Heb je er een eigen ledlamp in gedraaid, of de meegeleverde?", 748),
            klant("de meegeleverde", 22),
            merk("Dan sturen we je een nieuwe. Mag die naar het adres van je laatste bestelling?", 12),
            klant("ja graag 💛", 4),
        ),
    ),
    Talk(
        "lamp-maat",
        VELDHUIS,
        "instagram",
        "comment",
        "zeynep",
        on="lamp-insta",
        day=9,
        at="19:31",
        lines=(
            klant("Hoe groot is de doorsnede? Kan het niet vinden op de site"),
            merk("40 cm, Zeynep. We hebben het er meteen bij gezet, dank voor de tip!", 26),
        ),
    ),
    Talk(
        "lamp-ironie",
        VELDHUIS,
        "instagram",
        "comment",
        "tim",
        on="lamp-insta",
        day=9,
        at="21:15",
        lines=(
            klant("€ 189 voor een bol van papier. Natuurlijk."),
            merk(
                "We snappen dat je even slikt, Tim. Hij is met de hand gevouwen van gerecycled papier en gaat jaren mee. Er is ook een kleintje, "
                "voor € 89.",
                690,
            ),
            klant("Ok die kleine is best leuk eigenlijk", 55),
        ),
    ),
    Talk(
        "fauteuil-piept",
        VELDHUIS,
        "whatsapp",
        "text",
        "henk",
        day=8,
        at="14:26",
        lines=(
            klant("Goedemiddag. Fauteuil van 2 jaar oud is gaan piepen. Valt dat onder garantie"),
            merk(
                "Goedemiddag Henk, op het frame zit vijf jaar garantie. Kun je een filmpje of foto van de onderkant sturen? Groet, Samir",
                17,
            ),
            klant("Zie foto. Links achter zit de boosdoener denk ik", 35, picture="stoel"),
            merk(
                "Goed gezien, dat schroefje is gaan lopen. Onze monteur kan woensdagochtend langskomen, kosteloos. Schikt dat?",
                28,
            ),
            klant("Woensdag ben ik thuis", 9),
        ),
    ),
    Talk(
        "winkel-trein",
        VELDHUIS,
        "facebook",
        "comment",
        "niels",
        on="winkel-elderveen",
        day=6,
        at="11:40",
        lines=(
            klant("Leuk! Is er parkeergelegenheid of beter met de trein?"),
            merk("Allebei, Niels: er is een parkeergarage om de hoek, en station Elderveen is vijf minuten lopen.", 19),
        ),
    ),
    Talk(
        "winkel-theedoek",
        VELDHUIS,
        "facebook",
        "comment",
        "wil",
        on="winkel-elderveen",
        day=6,
        at="12:18",
        lines=(
            klant("Een theedoek 😂 ik ben er om 6 uur"),
            merk("We zetten de koffie alvast voor je klaar, Wil. De deur gaat om 9 uur open 😄", 24),
        ),
    ),
    Talk(
        "winkel-buurt",
        VELDHUIS,
        "facebook",
        "comment",
        "buurman",
        on="winkel-elderveen",
        day=6,
        at="15:55",
        lines=(
            klant(
                "En wie gaat er straks de verkeerschaos op de Houtkade oplossen? Dat weekend is er ook markt. Hier is duidelijk niet over "
                "nagedacht."
            ),
            merk(
                "Goed dat je het zegt, Ton. We hebben met de gemeente afgesproken dat er dat weekend verkeersregelaars staan, en dat bezoekers "
                "met de auto naar de garage aan de Singel worden gestuurd.",
                48,
            ),
            klant("Eerst zien, dan geloven.", 20),
        ),
    ),
    Talk(
        "esmee-tweezits",
        VELDHUIS,
        "facebook",
        "message",
        "esmee",
        day=5,
        at="10:33",
        lines=(
            klant("Ik heb gemeten: de tweezits past! Wat is nu de levertijd in mosgroen?"),
            merk("Gefeliciteerd met je centimeters, Esmée! In mosgroen is de levertijd nu vier weken. Groet, Noor", 21),
            klant("Besteld 🎉", 34),
        ),
    ),
    Talk(
        "tariq-storing",
        VELDHUIS,
        "x",
        "post",
        "tariq",
        day=4,
        at="21:07",
        lines=(
            klant(
                "@veldhuiswonen jullie betaalpagina blijft hangen na het betalen. Is mijn bestelling nu wel of niet doorgekomen?"
            ),
            merk(
                "Hoi Tariq, dat was een storing van een kwartier; hij is voorbij. Geen bevestigingsmail gehad? Dan is er niets afgeschreven en kun "
                "je gewoon opnieuw bestellen. ^Samir",
                9,
            ),
            klant("Geen mail inderdaad. Probeer het opnieuw.", 11),
            klant("Nu wel gelukt 👌", 6),
        ),
    ),
    Talk(
        "cor-bank-kwijt",
        VELDHUIS,
        "whatsapp",
        "text",
        "cor",
        day=3,
        at="09:44",
        lines=(
            klant("dag. ik heb uw folder niet meer gehad deze maand. komt die nog"),
            merk(
                "Dag meneer Blom, de folder is deze maand alleen digitaal verschenen. Zal ik u een papieren exemplaar toesturen? Groet, Lieke",
                20,
            ),
            klant("graag. adres is bekend", 14),
            merk("Komt in orde, hij gaat vandaag op de post.", 8),
        ),
    ),
)
