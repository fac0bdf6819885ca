// The one entry: what every page loads. A module acts only where its elements stand.
// Modules listen on the document, so their order here is the order in which they hear of an event.
import "./merge.js";
import "./list.js";
import "./composer/composer.js";
import "./close_reason.js";
import "./composer/sender.js";
import "./composer/guard.js";
import "./composer/canned.js";
import "./composer/emoji.js";
import "./composer/attach.js";
import "./composer/mention.js";
import "./key_hints.js";
import "./live.js";
import "./presence.js";
import "./picking.js";
import "./palette.js";
import "./keys.js";
import "./copy.js";
import "./requests.js";
import "./session.js";
import "./notify.js";
import "./undo.js";
