// What a phone shows: a list of messages that events change. One list per person, so that
// choosing somebody else's phone and coming back finds everything as it was.

const REFERENCE = /(?<!\d)\d{7}(?!\d)/;
// The people of the demo are in Viet Nam, and the desk shows its hour too.
const CLOCK = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit", minute: "2-digit", timeZone: "Asia/Ho_Chi_Minh",
});
const NS = "http://www.w3.org/2000/svg";

export function makeScreen(words, pins, acts) {
  // acts: press(messageId, button) -> Promise, reply(messageId) or null
  const box = make("div", "talk"); // scrolls, by keyboard too, and tells what comes
  box.tabIndex = 0;
  box.setAttribute("role", "log");
  box.setAttribute("aria-label", words.talk);
  const list = make("ol", "");
  box.append(list);
  const nodes = new Map();
  const screen = { box, list, ticket: null, heard: 0, clear, apply, textOf };

  function clear() {
    list.replaceChildren();
    nodes.clear();
    screen.ticket = null;
  }

  function textOf(messageId) {
    return nodes.get(messageId)?.querySelector(".words")?.textContent ?? "";
  }

  // Returns true if a new message came from the other side.
  function apply(event) {
    const key = event.message_id ?? event.sid;
    switch (event.kind) {
      case "message":
      case "sent":
        add(event, key);
        break;
      case "edit":
        if (nodes.has(key)) fill(nodes.get(key), event, true);
        break;
      case "delete":
        nodes.get(key)?.remove();
        nodes.delete(key);
        if (screen.ticket === key) screen.ticket = null;
        break;
      case "undelivered":
        nodes.get(key)?.append(make("p", "problem", words.undelivered));
        break;
    }
    return event.kind === "message";
  }

  function add(event, key) {
    const mine = event.kind === "sent";
    const item = make("li", mine ? "mine" : "theirs");
    nodes.set(key, item);
    fill(item, event, false);
    const near = box.scrollHeight - box.scrollTop - box.clientHeight < 120;
    list.append(item);
    if (near || mine) box.scrollTop = box.scrollHeight;
    if (mine) return;
    screen.heard += 1;
    if (event.buttons?.length || REFERENCE.test(event.text)) screen.ticket = key;
  }

  function fill(item, event, edited) {
    const key = event.message_id ?? event.sid;
    const mine = item.className === "mine";
    item.replaceChildren(make("span", "sr", `${mine ? words.me : words.them}: `));
    if (event.reply_to) item.append(make("q", "quoted", short(textOf(event.reply_to))));
    if (event.file) item.append(drawn("photo", words.a_photo));
    if (event.location) item.append(drawn("map", placeName(event.location)));
    if (event.text) item.append(make("p", "words", event.text));
    const at = new Date(event.at * 1000);
    const time = make("time", "", CLOCK.format(at));
    time.dateTime = at.toISOString();
    if (edited) time.prepend(`${words.edited} `);
    item.append(time);
    if (event.buttons?.length) item.append(buttons(key, event.buttons));
    if (!mine && acts.reply) {
      const reply = make("button", "reply", words.reply);
      reply.type = "button";
      reply.addEventListener("click", () => acts.reply(key));
      item.append(reply);
    }
  }

  function buttons(key, labels) {
    const row = make("div", "buttons");
    labels.forEach((label, index) => {
      const button = make("button", "", label);
      button.type = "button";
      button.addEventListener("click", async () => {
        button.disabled = true;
        await acts.press(key, index + 1);
        button.disabled = false;
      });
      row.append(button);
    });
    return row;
  }

  function placeName({ latitude, longitude }) {
    const known = pins.find((pin) => pin.lat === latitude && pin.lon === longitude);
    return `${known ? `${known.name}, ` : ""}${latitude.toFixed(3)}, ${longitude.toFixed(3)}`;
  }

  return screen;
}

export function make(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

function drawn(kind, label) {
  const box = make("div", `drawn ${kind}`);
  const picture = document.createElementNS(NS, "svg");
  picture.setAttribute("viewBox", "0 0 120 60");
  picture.setAttribute("aria-hidden", "true");
  const shapes =
    kind === "photo"
      ? [["path", { class: "far", d: "M0 46 32 20l22 18 14-11 52 30v3H0z" }], ["circle", { class: "sun", cx: 92, cy: 16, r: 7 }]]
      : [["path", { class: "road", d: "M-4 44 40 30l30 10 56-28M40 30 32-4M70 40l8 24" }], ["path", { class: "mark", d: "M60 12a10 10 0 0 0-10 10c0 8 10 18 10 18s10-10 10-18a10 10 0 0 0-10-10zm0 13a3.400 3.400 0 1 1 0-6.800 3.400 3.400 0 0 1 0 6.800z" }]];
  for (const [tag, attributes] of shapes) {
    const shape = document.createElementNS(NS, tag);
    for (const [name, value] of Object.entries(attributes)) shape.setAttribute(name, value);
    picture.append(shape);
  }
  box.append(picture, make("p", "", label));
  return box;
}

export function short(text) {
  const line = text.split("\n")[0];
  return line.length > 48 ? `${line.slice(0, 47)}…` : line;
}
