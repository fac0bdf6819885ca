"""The people of the scenario, all of them made up, and the two companies they write to."""

from __future__ import annotations

from sandbox.scenario.script import Brand, Person

VELDHUIS = "veldhuis"
LIJN_NOORD = "lijnnoord"

BRANDS = (
    Brand(
        VELDHUIS,
        "Veldhuis Wonen",
        {
            "x": "veldhuiswonen",
            "facebook": "veldhuiswonen",
            "instagram": "veldhuiswonen",
            "whatsapp": "veldhuiswonen",
            "youtube": "veldhuiswonen",
        },
    ),
    Brand(
        LIJN_NOORD,
        "Lijn Noord",
        {"x": "lijnnoord", "facebook": "lijnnoord", "bluesky": "lijnnoord", "mastodon": "lijnnoord"},
    ),
)

SHOP = "Klanten van Veldhuis Wonen"
TRAIN = "Reizigers van Lijn Noord"
BOTH = "Klant van allebei"
OTHER = "Pers en omstanders"

PEOPLE = (
    # Veldhuis Wonen: the web shop
    Person("sanne", "Sanne Bouwmeester", SHOP, x="sannebouwm", facebook=True, instagram="sanne.bouwmeester"),
    Person("tariq", "Tariq El Amrani", SHOP, x="tariq_elam", whatsapp="31612345601"),
    Person("wil", "Wil van der Heijden", SHOP, facebook=True, youtube="wilvdheijden"),
    Person("joke", "Joke Terpstra", SHOP, facebook=True, whatsapp="31612345602"),
    Person("lotte", "Lotte Kamphuis", SHOP, instagram="lottekamphuis", x="lottekamp"),
    Person("bram", "Bram Oosterling", SHOP, x="bramoosterling", whatsapp="31612345603"),
    Person("fenna", "Fenna de Wit", SHOP, instagram="fennadewit_", whatsapp="31612345604"),
    Person("ahmet", "Ahmet Yıldırım", SHOP, whatsapp="31612345605", facebook=True),
    Person("marjolein", "Marjolein Hoekstra", SHOP, facebook=True, instagram="marjolein.hoekstra"),
    Person("kees", "Kees Verbrugge", SHOP, x="keesverbrugge1", facebook=True),
    Person("esmee", "Esmée Nijland", SHOP, instagram="esmee.nijland", facebook=True),
    Person("rob", "Rob Schipper", SHOP, facebook=True, whatsapp="31612345606"),
    Person("layla", "ليلى حداد", SHOP, whatsapp="31612345607", instagram="layla.haddad.nl", language="ar"),
    Person("ingrid", "Ingrid Postma", SHOP, facebook=True, youtube="ingridpostma61"),
    Person("daan", "Daan Vermeer", SHOP, x="daanvmeer", instagram="daan.vmeer", youtube="daanklust"),
    Person("yara", "Yara Bosch", SHOP, instagram="yarabosch.interieur", whatsapp="31612345608"),
    Person("henk", "Henk Dijkgraaf", SHOP, facebook=True, whatsapp="31612345609"),
    Person("priya", "Priya Raghunath", SHOP, x="priyaraghu", whatsapp="31612345610", language="en"),
    Person("klaus", "Klaus Brinkmann", SHOP, whatsapp="4915112345611", facebook=True, language="de"),
    Person("emily", "Emily Hartwell", SHOP, x="emilyhartwell_", instagram="emily.hartwell", language="en"),
    Person("tim", "Tim Zwart", SHOP, instagram="timzwartt", x="timzwart88", youtube="timzwart"),
    Person("nadia", "Nadia Benali", SHOP, whatsapp="31612345612", facebook=True),
    Person("gerda", "Gerda Luijten-Pol", SHOP, facebook=True, youtube="gerdaluijten"),
    Person("jochem", "Jochem Riemersma", SHOP, x="jochemriem", whatsapp="31612345613"),
    Person("anouk", "Anouk Verstappe", SHOP, instagram="anoukverstappe", facebook=True),
    Person("willemijn", "Jonkvrouw Willemijn Alexandra van Haverden-Oldenhuis tot Wel", SHOP, facebook=True),
    Person("stef", "Stef Kuijpers", SHOP, x="stefkuijp", whatsapp="31612345614"),
    Person("mirthe", "Mirthe Haan", SHOP, instagram="mirthe.haan", whatsapp="31612345615"),
    Person("cor", "Cor Blom", SHOP, facebook=True, whatsapp="31612345616", youtube="corblom1954"),
    Person("zeynep", "Zeynep Aksoy", SHOP, instagram="zeynep.aksoy", whatsapp="31612345617"),
    Person("pim", "Pim de Lange", SHOP, x="pimdelange_", facebook=True),
    Person("roos", "Roos Hendrikx", SHOP, instagram="rooshendrikx", whatsapp="31612345618"),
    # Lijn Noord: the train company
    Person("jeroen", "Jeroen Wagenaar", TRAIN, x="jeroenwagenaar_"),
    Person("mark", "Mark Siebelink", TRAIN, x="marksiebelink"),
    Person("ilse", "Ilse Vroom", TRAIN, x="ilsevroom"),
    Person("dennis", "Dennis Pool", TRAIN, x="dennispool80", facebook=True),
    Person("chantal", "Chantal Kok", TRAIN, x="chantalkokx", facebook=True),
    Person("youssef", "Youssef Amrani", TRAIN, x="youssef_am"),
    Person("lieke", "Lieke Brouwer", TRAIN, x="liekebrouwer", bluesky="liekebrouwer"),
    Person("sven", "Sven Haakma", TRAIN, x="svenhaakma"),
    Person("marit", "Marit Postuma", TRAIN, x="maritpostuma", facebook=True),
    Person("opatoon", "Toon Hagedoorn", TRAIN, facebook=True),
    Person("naomi", "Naomi Pinas", TRAIN, x="naomipinas"),
    Person("ruben", "Ruben Slot", TRAIN, x="rubenslot_"),
    Person("hannah", "Hannah Weidner", TRAIN, x="hannahweidner", language="de"),
    Person("oliver", "Oliver Pembroke", TRAIN, x="olliepembroke", language="en"),
    Person("gijs", "Gijs Nieuwenkamp", TRAIN, x="gijsnkamp", mastodon="gijsnkamp"),
    Person("fatima", "Fatima Zahraoui", TRAIN, x="fatimazahr", facebook=True),
    Person("bas", "Bas Kloosterman", TRAIN, x="bas_kloosterman"),
    Person("petra", "Petra Vos-Wijnands", TRAIN, facebook=True, x="petravoswijn"),
    Person("thijs", "Thijs Elzinga", TRAIN, x="thijselzinga"),
    Person("wouter", "Wouter Grevink", TRAIN, x="woutergrevink"),
    Person("amber", "Amber Lodewijks", TRAIN, x="amberlodewijks"),
    Person("frits", "Frits Moerdijk", TRAIN, x="fritsmoerdijk", facebook=True),
    Person("carlijn", "Carlijn Tuinstra", TRAIN, x="carlijntuin"),
    Person("samira", "Samira Oulad", TRAIN, x="samira_oulad"),
    # both, and neither
    Person("eva", "Eva Mulderij", BOTH, x="evamulderij", instagram="eva.mulderij", whatsapp="31612345619"),
    Person("niels", "Niels Brandsma", BOTH, x="nielsbrandsma", facebook=True, whatsapp="31612345620"),
    Person("journalist", "Merel Douma | Weerdams Dagblad", OTHER, x="mereldouma_wd"),
    Person("rover", "Reizigersraad Noord", OTHER, x="reizraadnoord"),
    Person("omroep", "Omroep Elderveen", OTHER, x="omroepelder", instagram="omroepelderveen"),
    Person("nepaccount", "Veldhuis Wonen Klantenservice", OTHER, x="ve1dhuiswonen_help"),
    Person("buurman", "Ton van Beek", OTHER, facebook=True, x="tonvbeek"),
)

BY_KEY = {person.key: person for person in PEOPLE}
BRAND_BY_KEY = {brand.key: brand for brand in BRANDS}
