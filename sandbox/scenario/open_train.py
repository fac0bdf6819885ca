"""Conversations with Lijn Noord that wait for an answer when the demo starts."""

from __future__ import annotations

from sandbox.scenario.people import LIJN_NOORD
from sandbox.scenario.script import Talk, klant, merk

TALKS = (
    # Five posts by three people; only the last names the company, and alone it reads as a compliment.
    Talk(
        "goed-bezig",
        LIJN_NOORD,
        "x",
        "post",
        "sven",
        waiting=24,
        lines=(
            klant("Derde dag op rij dat de 7.36 uit Duinrade gewoon niet komt opdagen.", mention=False),
            klant("Hier hetzelfde. Veertig man op het perron, geen omroep, niks.", 3, by="wouter", mention=False),
            klant("App zegt intussen vrolijk ‘vertrekt over 1 min’. Al twintig minuten.", 4, by="sven", mention=False),
            klant("Misschien rijdt hij wel, maar dan onzichtbaar. Innovatie.", 2, by="amber", mention=False),
            klant("Goed bezig jongens! 👏 @lijnnoord", 2, by="wouter"),
        ),
        then=(
            "Dank voor het antwoord. Morgen weer een kans, zullen we maar zeggen.",
            "Hij reed. Op tijd zelfs. Wie had dat gedacht.",
        ),
    ),
    Talk(
        "pers",
        LIJN_NOORD,
        "x",
        "post",
        "journalist",
        waiting=13,
        lines=(
            klant(
                "@lijnnoord Wij schrijven voor de krant van morgen over de uitval op de lijn Duinrade–Weerdam. Kan iemand mij vóór 16.00 uur bellen "
                "voor een reactie? Nummer staat in jullie DM."
            ),
        ),
        then=("Dank, ik ben bereikbaar.", "Gesproken, dank."),
    ),
    Talk(
        "pers-dm",
        LIJN_NOORD,
        "x",
        "dm",
        "journalist",
        waiting=12.5,
        lines=(
            klant(
                "Zoals beloofd: Merel Douma, Weerdams Dagblad, 06-12345690. Het gaat om de cijfers van deze maand en de aangekondigde "
                "vergoeding."
            ),
        ),
        then=("Prima, ik wacht op het telefoontje.",),
    ),
    Talk(
        "raad",
        LIJN_NOORD,
        "x",
        "post",
        "rover",
        waiting=104,
        lines=(
            klant(
                "Wij krijgen vandaag 31 meldingen over overvolle treinen op het traject Weerdam–Noorderzijl. @lijnnoord, wanneer rijdt er weer "
                "materieel met voldoende zitplaatsen?"
            ),
        ),
        then=("Dank. We nemen dit mee in ons overleg van donderdag.",),
    ),
    Talk(
        "spoor",
        LIJN_NOORD,
        "x",
        "post",
        "jeroen",
        waiting=2,
        lines=(klant("@lijnnoord van welk spoor vertrekt de volgende naar Stavermeer? Het bord is hier zwart"),),
        then=("Dank! Net gehaald",),
    ),
    Talk(
        "sprintje",
        LIJN_NOORD,
        "x",
        "post",
        "chantal",
        waiting=7,
        lines=(
            klant(
                "@lijnnoord deur ging dicht VOOR MIJN NEUS terwijl de conducteur me zag rennen. Lekker dan. Nu half uur wachten in de kou"
            ),
        ),
        then=("Haverdijk, de 9.14", "Nou ja. Toch bedankt voor het luisteren"),
    ),
    Talk(
        "incheck",
        LIJN_NOORD,
        "x",
        "dm",
        "naomi",
        waiting=41,
        lines=(
            klant(
                "Hoi, ben vanmorgen vergeten uit te checken in Elderveen. Nu is er € 20 afgeschreven, kan dat terug?"
            ),
            klant("het was de trein van 7.50 uit Haverdijk", 2),
        ),
        then=("Kaartnummer eindigt op 4471", "Geregeld zie ik, super!"),
    ),
    Talk(
        "gevonden-knuffel",
        LIJN_NOORD,
        "x",
        "post",
        "carlijn",
        waiting=35,
        lines=(
            klant(
                "@lijnnoord SOS: knuffelolifant Bob ligt waarschijnlijk nog in de 10.05 naar Noorderzijl. Eigenaar (3) is ontroostbaar.",
                picture="olifant",
            ),
        ),
        then=("Rijtuig 2, raamkant, denk ik", "BOB IS TERECHT 🐘 jullie zijn helden"),
    ),
    Talk(
        "engels-refund",
        LIJN_NOORD,
        "x",
        "post",
        "oliver",
        waiting=61,
        lines=(
            klant(
                "@lijnnoord hey, my train got cancelled and the next one is in an hour. Can I take the bus with the same ticket?"
            ),
        ),
        then=("Thanks! And which stop is it?", "Found it, thank you"),
    ),
    Talk(
        "duits-fahrrad",
        LIJN_NOORD,
        "x",
        "post",
        "hannah",
        waiting=82,
        lines=(
            klant(
                "@lijnnoord Kann ich am Sonntag zwei Fahrräder von Weerdam nach Duinrade mitnehmen? In der App finde ich nur eins."
            ),
        ),
        then=("Super, vielen Dank!",),
    ),
    Talk(
        "lift",
        LIJN_NOORD,
        "x",
        "dm",
        "gijs",
        waiting=19,
        lines=(
            klant(
                "De lift op spoor 3 in Klaverbrug is kapot. Ik sta hier met mijn rolstoel en mijn trein gaat over 20 minuten van dat spoor."
            ),
        ),
        then=("Ja, ik sta bij de hoofdingang", "Ze zijn er, dank jullie wel. Snelle actie."),
    ),
    Talk(
        "klacht-bus",
        LIJN_NOORD,
        "facebook",
        "message",
        "petra",
        waiting=55,
        lines=(
            klant(
                "Goedemiddag, mijn dochter stond vanochtend bij de vervangende bus, maar die zat al vol en reed door. Ze heeft nu haar tentamen "
                "gemist. Wat kunnen jullie daaraan doen?"
            ),
        ),
        then=(
            "De bus van 8.05 bij Elderveen Station. Ik heb ook een verklaring nodig voor de opleiding",
            "Dank u, dat helpt haar erg.",
        ),
    ),
    Talk(
        "stilte-3",
        LIJN_NOORD,
        "facebook",
        "comment",
        "opatoon",
        on="stiltecoupe",
        waiting=112,
        lines=(
            klant(
                "Mag er in de stiltecoupé wel een boterham uit knisperend papier? Mijn vrouw en ik verschillen van mening."
            ),
        ),
        then=("Ik heb het haar voorgelezen. Zij heeft gewonnen.",),
    ),
    Talk(
        "toilet",
        LIJN_NOORD,
        "x",
        "post",
        "bas",
        waiting=9,
        lines=(klant("@lijnnoord enige wc in trein 3382 is ‘buiten dienst’. Nog 50 minuten te gaan. Tips?"),),
        then=("Klaverbrug, 4 minuten. Ga ik halen. Denk ik.", "Gehaald. We spreken hier nooit meer over."),
    ),
    Talk(
        "werk-vraag",
        LIJN_NOORD,
        "x",
        "post",
        "fatima",
        on="werk-x",
        waiting=49,
        lines=(klant("Rijden die bussen ook ’s avonds laat? Ik werk tot half 12 in Elderveen"),),
        then=("Top dank, dan hoef ik niet met de auto",),
    ),
    Talk(
        "compliment-open",
        LIJN_NOORD,
        "x",
        "post",
        "lieke",
        waiting=91,
        lines=(
            klant(
                "Even positief: conductrice in de 12.22 naar Weerdam regelde in no time een plek voor een mevrouw met krukken. @lijnnoord geef haar "
                "een taart 🎂"
            ),
        ),
        then=("Blauwe bril, kort haar! Veel groeten van rijtuig 3",),
    ),
    Talk(
        "niels-abonnement",
        LIJN_NOORD,
        "facebook",
        "message",
        "niels",
        waiting=28,
        lines=(
            klant("Hoi, mijn abonnement is twee keer afgeschreven deze maand. Kunnen jullie dat nakijken?"),
            merk("Hoi Niels, vervelend! Op welke datums zie je de afschrijvingen? Groet, Fay", 8),
            klant("Op de 1e en op de 3e, allebei € 78,50", 5),
        ),
        then=("Duidelijk, dan wacht ik dat af. Dank je Fay",),
    ),
)
