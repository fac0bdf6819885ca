"""What the two companies put on their own pages; customers comment under it."""

from __future__ import annotations

from sandbox.scenario.people import LIJN_NOORD, VELDHUIS
from sandbox.scenario.script import BrandPost

POSTS = (
    BrandPost(
        "bank-fjord",
        VELDHUIS,
        "facebook",
        26,
        "10:00",
        "Nieuw: bank Fjord. Driezits, in twaalf stoffen, en de hoes kan gewoon in de was. Proefzitten kan in onze winkel "
        "in Weerdam. Welke kleur zou jij kiezen?",
        "bank",
    ),
    BrandPost(
        "fjord-insta",
        VELDHUIS,
        "instagram",
        26,
        "10:15",
        "Bank Fjord in mosgroen. Zet jij ’m tegen de muur of midden in de kamer? 🌿",
        "bank",
    ),
    BrandPost(
        "eettafel",
        VELDHUIS,
        "instagram",
        19,
        "16:30",
        "Een tafel waar je met z’n achten aan past, en dan nog de hond eronder. Eettafel Brink, massief eiken.",
        "tafel",
    ),
    BrandPost(
        "retour",
        VELDHUIS,
        "facebook",
        15,
        "09:30",
        "Retour sturen wordt makkelijker: vanaf vandaag plan je zelf een ophaalmoment in je account, ook op zaterdag.",
    ),
    BrandPost(
        "lamp-insta",
        VELDHUIS,
        "instagram",
        9,
        "19:00",
        "De dagen worden korter. Lamp Maantje wordt warmer. 🌙 Dimbaar in drie standen.",
        "lamp",
    ),
    BrandPost(
        "winkel-elderveen",
        VELDHUIS,
        "facebook",
        6,
        "11:00",
        "We openen een tweede winkel! Vanaf de eerste zaterdag van volgende maand ben je ook welkom aan de Houtkade in "
        "Elderveen. De eerste honderd bezoekers krijgen een theedoek. Een heel mooie theedoek.",
        "winkel",
    ),
    BrandPost(
        "weekend",
        VELDHUIS,
        "instagram",
        2,
        "12:00",
        "Weekend. Koffie, krant, kleed. Kleed Duinzand is terug op voorraad. ☕️",
        "kleed",
    ),
    BrandPost(
        "dienstregeling",
        LIJN_NOORD,
        "facebook",
        21,
        "08:00",
        "De nieuwe dienstregeling staat in de planner. Tussen Weerdam en Noorderzijl rijden we in de spits elke tien "
        "minuten. Kijk vooraf even of jouw trein nog op dezelfde tijd vertrekt.",
        "trein",
    ),
    BrandPost(
        "dienstregeling-x",
        LIJN_NOORD,
        "x",
        21,
        "08:05",
        "De nieuwe dienstregeling staat in de planner. Tussen Weerdam en Noorderzijl rijden we in de spits elke tien minuten.",
    ),
    BrandPost(
        "brug-x",
        LIJN_NOORD,
        "x",
        8,
        "06:40",
        "Door een storing aan de brug bij Haverdijk rijden er tot ongeveer 10.00 uur minder treinen tussen Weerdam en "
        "Stavermeer. Houd rekening met dertig minuten extra reistijd.",
    ),
    BrandPost(
        "stiltecoupe",
        LIJN_NOORD,
        "facebook",
        5,
        "15:00",
        "In al onze nieuwe treinen zit een stiltecoupé: achterin, met de blauwe stoelen. Fluisteren mag. Bellen liever in de "
        "andere rijtuigen.",
        "trein",
    ),
    BrandPost(
        "werk-x",
        LIJN_NOORD,
        "x",
        1,
        "17:00",
        "Komend weekend werken we aan het spoor bij Klaverbrug. Tussen Duinrade en Elderveen rijden bussen. Je reis duurt "
        "ongeveer 25 minuten langer.",
    ),
)
