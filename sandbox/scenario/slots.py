"""What fills the `{names}` in openers: order numbers, stations, times, products."""

from __future__ import annotations

from random import Random

STATIONS = ("Weerdam", "Elderveen", "Noorderzijl", "Haverdijk", "Klaverbrug", "Duinrade", "Stavermeer")
PRODUCTS = (
    "bank Fjord",
    "fauteuil Koster",
    "kast Hoogland",
    "lamp Maantje",
    "tafel Brink",
    "kleed Duinzand",
    "stoel Linde",
)
WEEKDAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag")
WEEKDAYS_DE = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag")


def filled(texts: tuple[str, ...], chance: Random) -> tuple[str, ...]:
    """The texts with every slot filled, the same value in each."""
    station, station2 = chance.sample(STATIONS, 2)
    hour = chance.randint(6, 21)
    values = {
        "station": station,
        "station2": station2,
        "product": chance.choice(PRODUCTS),
        "weekday": chance.choice(WEEKDAYS),
        "weekday_de": chance.choice(WEEKDAYS_DE),
        "order": f"VW-2{chance.randint(7800, 9999):04d}{chance.randint(0, 9)}",
        "train": str(chance.randint(3301, 3499)),
        "time": f"{hour}.{chance.randint(0, 59):02d}",
        "clock": f"{chance.randint(12, 14)}:{chance.randint(5, 55):02d}",
        "minutes": str(chance.randint(31, 58)),
        "small": str(chance.randint(7, 19)),
        "amount": str(chance.choice((15, 20, 24, 25, 30, 35, 40))),
    }
    return tuple(text.format(**values) for text in texts)
