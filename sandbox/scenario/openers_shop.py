"""How people begin a conversation with Veldhuis Wonen while the demo runs, and how such a conversation goes on."""

from __future__ import annotations

from sandbox.scenario.people import VELDHUIS
from sandbox.scenario.script import Opener

OPENERS = (
    Opener("track", VELDHUIS, "whatsapp", "text", "Hoi, wanneer wordt {order} bezorgd? Track & trace staat al twee dagen op ‘onderweg’",
           "Hoi, dank voor je bericht. Je pakket ligt bij het sorteercentrum en komt {weekday}, tussen 12 en 16 uur. Groet, Lieke",
           "Fijn, dankjewel!", "Kan het ook bij de buren op nummer 14?", "Dat staat genoteerd: bij geen gehoor naar nummer 14."),
    Opener("stof-kat", VELDHUIS, "instagram", "comment", "Is de {product} een beetje katproof? 🐈", "De stof Robuust is dat het meest: dicht geweven, "
           "zodat nagels er niet achter haken.", "Top, dan wordt het die 🙏"),
    Opener("kapot-glas", VELDHUIS, "whatsapp", "image", "Helaas, zo kwam {product} uit de doos…",
           "Oei, dat is niet de bedoeling! Ik stuur meteen een nieuwe. Wat is je ordernummer? Groet, Samir", "{order}. Dank voor de snelle reactie!",
           picture="kras"),
    Opener("maat-deur", VELDHUIS, "facebook", "message", "Past bank Fjord door een deur van 78 cm? We wonen op drie hoog met een draaitrap.",
           "De bank komt in twee delen, het breedste deel is 71 cm. Door de deur lukt; voor de draaitrap komen we vooraf even kijken. Groet, Noor",
           "Dat lijkt me verstandig, doe maar", "Kost dat kijken iets?", "Nee, dat is inbegrepen bij de bezorging."),
    Opener("sale-einde", VELDHUIS, "x", "post", "@veldhuiswonen tot hoe laat loopt de actie vandaag? Ik moet nog even overleggen thuis 😬",
           "Tot middernacht, dus er is nog tijd voor onderhandelingen. Succes! ^Noor", "Haha, dank. Het overleg loopt stroef."),
    Opener("afgeprijsd", VELDHUIS, "facebook", "comment", "Vorige week nog {amount} euro duurder. Daar sta je dan met je goede gedrag.",
           "We begrijpen dat dat zuur is. Heb je minder dan 14 dagen geleden gekocht, dan storten we het verschil terug. Stuur ons een privébericht "
           "met je ordernummer.", "Kijk, dat is netjes. Komt eraan."),
    Opener("retour-status", VELDHUIS, "whatsapp", "text", "Goedemiddag, ik heb {order} vorige week teruggestuurd. Wanneer krijg ik mijn geld?",
           "Goedemiddag, je retour is {weekday} bij ons binnengekomen. Het bedrag staat binnen vijf werkdagen op je rekening. Groet, Lieke",
           "Prima, dank u wel"),
    Opener("wasbaar", VELDHUIS, "instagram", "message", "Heey, kan de hoes van {product} in de droger?", "Hoi! Liever niet, dan krimpt hij. Hangend drogen en "
           "er nog een beetje vochtig omheen trekken. Groet, Noor", "oke goed dat ik het vroeg haha", "En strijken?", "Op stand twee, aan de binnenkant."),
    Opener("te-laat", VELDHUIS, "x", "post", "@veldhuiswonen bezorger zou tussen 9 en 12 komen. Het is nu {clock}. Iemand?",
           "Vervelend dat je zit te wachten. De bus heeft een lekke band gehad en is er over ongeveer drie kwartier. ^Samir",
           "Dank voor de update. Ik zet koffie voor hem.", "Lukt het nog voor 2 uur? Moet de kinderen halen", "Ja, hij staat nu als eerste op de route."),
    Opener("dubbel", VELDHUIS, "facebook", "message", "Hallo, ik heb per ongeluk twee keer besteld ({order} en eentje ervoor). Kan er 1 geannuleerd worden?",
           "Hallo, geen probleem. Ik heb de laatste geannuleerd; je krijgt daar een mail van. Groet, Samir", "Super bedankt!!"),
    Opener("openingstijd", VELDHUIS, "facebook", "comment", "Zijn jullie zondag open?", "Ja, van 12 tot 17 uur. De koffie staat klaar.", "👍"),
    Opener("stagiair", VELDHUIS, "instagram", "message", "Hoi! Ik doe een opleiding interieur en zoek een stageplek vanaf februari. Bij wie kan ik terecht?",
           "Hoi, wat leuk! Mail je cv naar de winkel in Weerdam, ter attentie van Hilde. Zij begeleidt onze stagiairs. Groet, Noor",
           "Ga ik doen, bedankt 🙌"),
    Opener("montage-hulp", VELDHUIS, "whatsapp", "text", "ik kom niet uit stap {small} van {product}. het gat zit aan de verkeerde kant??",
           "Herkenbaar! Het paneel zit dan op z’n kop: de sticker met de pijl moet naar boven wijzen. Groet, Lieke", "AAH. ja. dank je 😅",
           more=("heb em nu 2x uit elkaar gehad",)),
    Opener("compliment-winkel", VELDHUIS, "facebook", "visitor_post", "Vandaag heel fijn geholpen in de winkel in Weerdam door een jongen met een staart. "
           "Alle tijd, niks opdringerigs. Bank besteld!", "Wat fijn om te horen! Dat was Jip, en hij krijgt jouw woorden bij de lunch te horen.",
           "Doe hem de groeten van de twijfelaars bij de kussens 😄"),
    Opener("geur", VELDHUIS, "facebook", "message", "Mijn nieuwe {product} ruikt nogal chemisch. Is dat normaal? Ik heb een baby in huis.",
           "Begrijpelijk dat je het vraagt. De geur komt van de verpakking en is na een paar dagen luchten weg. De stoffen zijn getest en veilig voor "
           "baby’s; ik stuur je het certificaat. Groet, Noor", "Dat stelt gerust, dank je wel.", "Na een week ruik ik het nog steeds. Wat nu?",
           "Dan halen we hem op en krijg je een andere. Schikt {weekday}?"),
    Opener("engels-pickup", VELDHUIS, "x", "post", "@veldhuiswonen can I pick up an online order at the Weerdam store? Checkout only shows delivery.",
           "Yes, you can: choose ‘Weerdam’ as the address and delivery becomes free pick-up. ^Samir", "Found it, thank you!"),
    Opener("duits-retour", VELDHUIS, "facebook", "message", "Guten Tag, wie kann ich aus Deutschland etwas zurückschicken? Bestellung {order}.",
           "Guten Tag, wir holen das Paket ab. Passt Ihnen {weekday_de}? Viele Grüße, Lieke", "Ja, das passt. Vielen Dank!"),
    Opener("levertijd", VELDHUIS, "instagram", "comment", "Hoe lang is de levertijd van {product} nu?", "Op dit moment drie tot vier weken.",
           "Pff ok, mooi wel 😅"),
    Opener("onbereikbaar", VELDHUIS, "x", "post", "Zit ik weer: ‘er zijn nog {small} wachtenden voor u’. @veldhuiswonen neem eens wat mensen aan.",
           "Sorry voor het wachten. Stuur je vraag gerust in een DM, dan helpen we je hier meteen. ^Lieke", "Ok, DM volgt.",
           "Toch maar hier: kan ik mijn adres nog wijzigen? Ik verhuis volgende week.", "Dat kan. Stuur ons het nieuwe adres in een DM, dan is het zo gebeurd. ^Lieke"),
    Opener("tafelmaat", VELDHUIS, "instagram", "message", "Bestaat Brink ook in 260? Wij zijn met z’n tienen met kerst 🎄", "Hoi, ja! Op bestelling, met een levertijd van "
           "vijf weken. Bestel je deze week, dan haal je kerst. Groet, Noor", "Yes!! Ga er vanavond voor zitten", "Zijn de stoelen ook los te bestellen?",
           "Zeker, per stuk of per vier."),
    Opener("factuurvraag", VELDHUIS, "whatsapp", "text", "Beste, ik mis de factuur van {order}. Kunt u die nasturen?", "Beste, zojuist opnieuw verstuurd. Kijkt u ook "
           "even bij ongewenste mail? Groet, Samir", "Gevonden, zat inderdaad daar."),
    Opener("lamp-hoogte", VELDHUIS, "instagram", "comment", "Hoe hoog hang je zo’n lamp boven tafel eigenlijk?", "Ongeveer 60 centimeter boven het blad: dan kijk je er "
           "onderdoor en verblindt hij niet.", "Dank! Dan hangt de onze te hoog 😂"),
    Opener("klacht-krassen", VELDHUIS, "facebook", "visitor_post", "Tweede tafel op rij met een beschadiging. De vorige had een deuk, deze een kras. Wordt er bij jullie "
           "eigenlijk wel gecontroleerd voor het de deur uit gaat?", "Dit hoort niet, en zeker geen twee keer. Stuur ons je ordernummer in een privébericht; de chef van het "
           "magazijn kijkt de volgende zelf na.", "Doe ik. Drie keer is scheepsrecht dan maar.", picture="kras"),
    Opener("punaise", VELDHUIS, "x", "post", "@veldhuiswonen jullie nieuwe website is mooi maar de knop ‘betalen’ zit op mijn telefoon onder de cookiemelding.",
           "Dank voor het melden, dat is een slordige. We lossen hem vandaag op. ^Noor", "Graag gedaan. Nu werkt het!"),
    Opener("kussens", VELDHUIS, "whatsapp", "text", "Hoi hoi, kan ik losse kussens bijbestellen voor Fjord? Hond heeft er 1 gesloopt 🙈",
           "Hoi! Ja, per stuk {amount} euro. Welke stof heb je? Groet, Lieke", "Honing! Dank je", more=("foto zal ik je besparen",)),
    Opener("verhuizing", VELDHUIS, "facebook", "message", "Goedenavond, wij verhuizen op de 12e. Kan {order} naar het nieuwe adres?",
           "Goedenavond, dat kan. Wat is het nieuwe adres, en is er een lift? Groet, Noor", "Elzenlaan 40, begane grond. Dank u!"),
    Opener("tweedehands", VELDHUIS, "facebook", "comment", "Nemen jullie de oude bank ook mee?", "Ja, voor € 25. Als hij nog goed is gaat hij naar de kringloop.",
           "Dan is hij weg voor de kat hem vindt 😼"),
    Opener("cadeau", VELDHUIS, "instagram", "message", "Kan {product} als cadeau ingepakt worden? Voor mijn moeder, wordt 60", "Wat leuk! Dat kan, met een kaartje erbij. "
           "Wat mag erop staan? Groet, Noor", "‘Voor de leukste. Liefs van ons allemaal’ 💐", "Kan het voor {weekday} in huis zijn?", "Jazeker, dan versturen we hem vandaag."),
    Opener("ruzie", VELDHUIS, "facebook", "comment", "NOOIT MEER. Drie weken wachten en dan de verkeerde kleur. Waardeloze toko.",
           "Dat is een nare verrassing na drie weken. Stuur ons je ordernummer in een privébericht, dan ruilen we hem deze week nog om.", "Eerst zien dan geloven.",
           "Ik heb nog steeds niks gehoord hoor", "We hebben je bericht gevonden en bellen je binnen een uur."),
    Opener("viltjes", VELDHUIS, "x", "post", "@veldhuiswonen verkopen jullie ook die viltjes los? Stoelen klinken hier als een misthoorn",
           "Jazeker, per 16 stuks, in de winkel en online. De buren zullen ons dankbaar zijn. ^Samir", "De buren doen de groeten."),
    Opener("arabisch-afspraak", VELDHUIS, "whatsapp", "text", "مرحبا، هل المحل مفتوح يوم الأحد؟", "مرحبا، نعم، من الساعة 12 حتى الساعة 5 مساءً.", "شكرا 🙏"),
    Opener("story-nieuw", VELDHUIS, "instagram", "story_mention", "Kijk nou wat er vandaag bezorgd is 😍 @veldhuiswonen", "Wat staat hij mooi! Mogen we je verhaal delen?",
           "Jaaa leuk!", picture="stoel"),
    Opener("ingesproken", VELDHUIS, "whatsapp", "text", "Is er iemand? Ik heb gisteren gebeld en zou teruggebeld worden. Niks gehoord", "Excuses, dat had gemoeten. Waar gaat "
           "het over? Dan regel ik het hier meteen. Groet, Samir", "Een losse lade van {product}. Nr {order}", more=("over mijn kast",)),
    Opener("plantjes", VELDHUIS, "instagram", "comment", "Die plant op foto 2, is die ook te koop? 🌱", "De plant is van onze collega Hilde en heet Gerrit. Niet te koop, "
           "zegt ze.", "Respect voor Gerrit 😂"),
    Opener("vlekfoto", VELDHUIS, "facebook", "message", "Help, wijn over de bank! Mag ik dit zelf schoonmaken of vervalt dan de garantie?",
           "Geen paniek: de hoes mag op 30 graden in de was en de garantie blijft gewoon gelden. Eerst deppen met koud water. Groet, Noor",
           "Pfieuw. Draait al. Dank je!", picture="vlek"),
    Opener("privacy", VELDHUIS, "x", "post", "@veldhuiswonen ik krijg reclamemail terwijl ik me twee keer heb afgemeld. Hoe kom ik van die lijst af?",
           "Vervelend, dat hoort na één keer te stoppen. Stuur ons je mailadres in een DM, dan halen we je er met de hand af. ^Noor", "DM gestuurd, dank."),
)
