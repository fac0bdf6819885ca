// What the widget says, in the two languages it speaks.
const WORDS = {
  nl: {
    ask: "Vraag het ons", leave: "Stel je vraag", goOn: "Verder met je gesprek",
    chat: (name) => `Chat met ${name}`, close: "Sluit de chat",
    here: "We zijn er",
    wait: (minutes) => `antwoord meestal binnen ${minutes < 60 ? `${minutes} min` : hours(minutes, "uur")}`,
    away: "Er is nu niemand bij de chat", closed: "We zijn nu dicht", opens: (when) => `weer open ${when}`,
    offline: "geen verbinding", busy: "even te druk", gone: "niet bereikbaar",
    talk: "Gesprek", message: "Bericht", write: "Schrijf je vraag", more: "Vul je vraag aan",
    again: "Stel nog een vraag",
    file: "Voeg een foto of bestand toe", send: "Verstuur", typing: (name) => `${name} schrijft`, today: "Vandaag",
    sending: "Wordt verstuurd", waiting: "Gaat weg zodra er verbinding is", delivered: "Afgeleverd", read: "Gelezen",
    failed: "Niet verstuurd", retry: "Probeer opnieuw", takenBack: "Dit bericht is teruggenomen",
    over: "Gesprek afgerond", thanks: "Dank je wel",
    lost: "Geen verbinding.", crowded: "Het is nu even te druk.",
    trying: "We proberen het vanzelf opnieuw. Je bericht blijft staan.",
    goneNow: "Deze chat is nu niet bereikbaar.",
    reload: "Wat hier staat kun je nog lezen. Ververs later de pagina om verder te schrijven.",
    later: "We zijn er nu niet. Stel je vraag: het antwoord komt hier te staan. "
      + "Ga je weg van deze site, kies dan eerst “Bewaar het hier langer”.",
    laterMail: "We zijn er nu niet. Stel je vraag en laat je e-mailadres achter: "
      + "ben je hier weg, dan mailen we je het antwoord.",
    laterTalk: "We zijn er nu niet. Wat je schrijft zien we later, en het antwoord komt hier te staan.",
    question: "Je vraag", email: "E-mail (hoeft niet)", name: "Naam (hoeft niet)",
    details: "Je e-mail en naam zijn alleen voor wie je vraag behandelt.",
    nothing: "Je praat met mensen. Er komt niets op je apparaat tot je schrijft.",
    tab: "Dit gesprek blijft tot je het tabblad sluit.", keep: "Bewaar het hier langer",
    kept: "Dit gesprek is bewaard in deze browser.", forget: "Vergeet het",
    answered: (name) => `${name} antwoordde`, unread: "nieuw", notNow: "Niet nu",
    large: "Dit bestand is groter dan 10 MB.",
    left: (count) => `Nog ${characters(count, "teken", "tekens")}`,
    tooLong: (count) => `${characters(count, "teken", "tekens")} te veel: maak je bericht korter`,
    refused: "Dit bestand kunnen we niet aannemen.", us: "wij", you: "jij",
  },
  en: {
    ask: "Ask us", leave: "Ask your question", goOn: "Go on with your conversation",
    chat: (name) => `Chat with ${name}`, close: "Close the chat",
    here: "We are here",
    wait: (minutes) => `usually answered within ${minutes < 60 ? `${minutes} min` : hours(minutes, "h")}`,
    away: "Nobody is at the chat now", closed: "We are closed now", opens: (when) => `open again ${when}`,
    offline: "no connection", busy: "too busy just now", gone: "not available",
    talk: "Conversation", message: "Message", write: "Write your question", more: "Add to your question",
    again: "Ask something else",
    file: "Add a photo or file", send: "Send", typing: (name) => `${name} is writing`, today: "Today",
    sending: "Being sent", waiting: "Leaves as soon as there is a connection", delivered: "Delivered", read: "Read",
    failed: "Not sent", retry: "Try again", takenBack: "This message was taken back",
    over: "Conversation closed", thanks: "Thank you",
    lost: "No connection.", crowded: "It is too busy just now.",
    trying: "We try again by ourselves. Your message stays.",
    goneNow: "This chat is not available now.",
    reload: "You can still read what stands here. Reload the page later to go on writing.",
    later: "We are not here now. Ask your question: the answer will stand here. "
      + "Before you leave this site, choose “Keep it here longer”.",
    laterMail: "We are not here now. Ask your question and leave your e-mail address: "
      + "when you are gone from here, we mail you the answer.",
    laterTalk: "We are not here now. We will see what you write later, and the answer will stand here.",
    question: "Your question", email: "E-mail (optional)", name: "Name (optional)",
    details: "Your e-mail and name are only for whoever handles your question.",
    nothing: "You talk to people. Nothing is kept on your device until you write.",
    tab: "This conversation stays until you close the tab.", keep: "Keep it here longer",
    kept: "This conversation is kept in this browser.", forget: "Forget it",
    answered: (name) => `${name} answered`, unread: "new", notNow: "Not now", large: "This file is larger than 10 MB.",
    left: (count) => `${characters(count, "character", "characters")} left`,
    tooLong: (count) => `${characters(count, "character", "characters")} too many: make your message shorter`,
    refused: "We cannot take this file.", us: "us", you: "you",
  },
};

function hours(minutes, word) {
  return `${Math.ceil(minutes / 60)} ${word}`;
}

function characters(count, one, more) {
  return `${count} ${count === 1 ? one : more}`;
}
