"""Words the guard watches from the start: a team has something to change. The guard works without them too."""

from __future__ import annotations

CLICHES = [
    (
        "Wat vervelend dat je ontevreden bent over ons product. Kan ik je misschien ergens mee helpen?",
        "Noem wat er misging, en wat je er nu aan doet.",
    ),
    ("wat vervelend om te horen", "Noem wat er vervelend aan is: de derde keer bellen, een dag thuis wachten."),
    ("excuses voor het ongemak", "Zeg sorry voor wat er gebeurde, in eigen woorden."),
    ("onze excuses voor het eventuele ongemak", "Zeg sorry voor wat er gebeurde, in eigen woorden."),
    ("kan ik je misschien ergens mee helpen", "Stel de vraag die je nodig hebt, of bied meteen een oplossing."),
    ("wij nemen uw klacht serieus", "Laat het zien: zeg wat je gaat doen en wanneer."),
    ("we nemen je klacht serieus", "Laat het zien: zeg wat je gaat doen en wanneer."),
    ("bedankt voor je begrip", "Vraag er niet om; bedank liever voor het geduld dat er was."),
    ("hopende je hiermee voldoende te hebben geïnformeerd", "Laat weg, of vraag of het zo duidelijk is."),
    ("we apologize for any inconvenience", "Say sorry for what happened, in your own words."),
    ("your call is important to us", "Say what you will do, and when."),
]
SENSITIVE = [
    ("overleden", "Geen standaardtekst en geen emoji. Vraag een collega om mee te lezen."),
    ("zelfmoord", "Antwoord niet alleen. Noem 113 (bel 0800-0113) en haal de teamleider erbij."),
    ("rechtszaak", "Geen toezeggingen: overleg eerst met de teamleider."),
    ("advocaat", "Geen toezeggingen: overleg eerst met de teamleider."),
    ("discriminatie", "Neem het serieus, beloof niets en haal de teamleider erbij."),
    ("datalek", "Meld het eerst intern; zeg niets over oorzaak of omvang."),
    ("letsel", "Vraag eerst hoe het gaat. Geen woord over schuld zonder overleg."),
]
DEFENSIVE = [
    ("dat klopt niet", "Zeg wat je ziet: “Ik zie hier …; wat staat er bij jou?”"),
    ("dat is niet juist", "Zeg wat je ziet: “Ik zie hier …; wat staat er bij jou?”"),
    ("dat is niet onze schuld", "Zeg wat je wel kunt doen: “Ik zoek uit waar het misging.”"),
    ("daar kunnen wij niets aan doen", "Zeg wat je wel kunt doen, hoe klein ook."),
    ("daar kunnen we niets aan doen", "Zeg wat je wel kunt doen, hoe klein ook."),
    ("zoals ik al zei", "Leg het anders uit: “Ik zet het nog even op een rij.”"),
    ("zoals al eerder aangegeven", "Leg het anders uit: “Ik zet het nog even op een rij.”"),
    ("je had moeten", "Zeg wat nu helpt: “Het helpt als je …”"),
    ("u had moeten", "Zeg wat nu helpt: “Het helpt als u …”"),
    ("dan had je maar", "Laat het verwijt weg en zeg wat er nu kan."),
    ("dan had u maar", "Laat het verwijt weg en zeg wat er nu kan."),
    ("that is not our fault", "Say what you can do: “I will find out where it went wrong.”"),
    ("that's not our fault", "Say what you can do: “I will find out where it went wrong.”"),
    ("there is nothing we can do", "Say what you can do, however small."),
    ("that is incorrect", "Say what you see: “I see … here; what do you see?”"),
    ("as I already said", "Put it another way: “Let me put it in order.”"),
    ("you should have", "Say what helps now: “It helps if you …”"),
]

_LINES = [
    (kind, phrase, advice)
    for kind, lines in (("cliche", CLICHES), ("sensitive", SENSITIVE), ("defensive", DEFENSIVE))
    for phrase, advice in lines
]
# A statement and its values, as RunSQL takes them.
FIRST_WATCHED_WORDS = [
    (
        "INSERT INTO inbox_watchedword (kind, phrase, advice) SELECT * FROM unnest(%s::text[], %s::text[], %s::text[])",
        [list(column) for column in zip(*_LINES, strict=True)],
    )
]
