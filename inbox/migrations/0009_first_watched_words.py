from django.db import migrations

# A team that starts has something to change; nothing here is needed for the guard to work.
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


def add(apps, schema_editor):
    WatchedWord = apps.get_model("inbox", "WatchedWord")
    rows = [("cliche", *line) for line in CLICHES] + [("sensitive", *line) for line in SENSITIVE]
    WatchedWord.objects.bulk_create(
        [WatchedWord(kind=kind, phrase=phrase, advice=advice) for kind, phrase, advice in rows], ignore_conflicts=True
    )


class Migration(migrations.Migration):
    dependencies = [("inbox", "0008_message_shown_again")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
