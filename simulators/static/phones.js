// The phone page: three phones, stories and switches, over the control interface of the stand-ins.

import { make, makeScreen, short } from "./screen.js";
import { play } from "./stories.js";

const page = JSON.parse(document.body.dataset.page);
const { words } = page;
const WAIT_S = 2; // one look at all screens: short, so that failing calls are counted as they come
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const one = (selector, root = document) => root.querySelector(selector);
const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

// --- the control interface

async function ask(path, body, method = body ? "POST" : "GET") {
  const options = { method };
  if (body) {
    options.headers = { "Content-Type": "application/json" };
    options.body = JSON.stringify(body);
  }
  const answer = await fetch(path, options);
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.why);
  return said;
}

async function attempt(path, body) {
  const note = one("#note");
  try {
    await ask(path, body);
    note.hidden = true;
    return true;
  } catch (fault) {
    note.textContent = filled(words.refused, { why: fault.message });
    note.hidden = false;
    return false;
  }
}

// --- phones

const phones = new Map(); // by the name of the stand-ins: sms:+84..., telegram:staff:7001
const sides = new Map(); // sms, telegram, staff

function addSide(name) {
  const root = one(`[data-side="${name}"]`);
  if (!root) return;
  const side = { name, root, text: one("textarea", root), phone: null, replyTo: null };
  sides.set(name, side);
  const send = () => (side.sending ??= sendText(side).finally(() => (side.sending = null)));
  one(".write", root).addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  side.text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      send();
    }
  });
  side.send = send;
}

function openPhone(side, kind, address) {
  const key = kind === "sms" ? `sms:${address}` : `telegram:${kind}:${address}`;
  if (phones.has(key)) return phones.get(key);
  const acts = kind === "sms" ? {} : {
    press: (id, button) =>
      attempt(`/phone/telegram/${kind}/press`, { from: address, message_id: id, button }),
    reply: kind === "staff" ? (id) => replyTo(side, id) : null,
  };
  const screen = makeScreen(words, page.pins, acts);
  const phone = { key, kind, address, side, screen, seen: null, fresh: 0 };
  phones.set(key, phone);
  screen.box.hidden = true;
  one(".screens", side.root).append(screen.box);
  return phone;
}

function show(phone) {
  const { side } = phone;
  if (side.phone) side.phone.screen.box.hidden = true;
  side.phone = phone;
  phone.screen.box.hidden = false;
  phone.screen.box.scrollTop = phone.screen.box.scrollHeight;
  phone.fresh = 0;
  replyTo(side, null);
  showEmpty(side);
  count();
}

function showEmpty(side) {
  one(".screens", side.root).classList.toggle("none", !side.phone.screen.list.childElementCount);
}

function keep(side, address) {
  sessionStorage.setItem(side.name, address);
  one(".own input", side.root).value = address;
  show(openPhone(side, side.name === "sms" ? "sms" : "senders", address));
  look.again();
}

function freshAddress(side) {
  const digits = String(Math.floor(Math.random() * 1e6)).padStart(6, "0");
  return side.name === "sms" ? `+84912${digits}` : Number(`5${digits}`);
}

async function sendText(side) {
  const text = side.name === "sms" ? plain(side.text.value) : side.text.value;
  if (!text.trim()) return;
  const { kind, address } = side.phone;
  let path = "/phone/sms";
  const body = { from: address, text };
  if (kind !== "sms") {
    path = `/phone/telegram/${kind}/message`;
    const to = kind === "staff" && answered(side);
    if (to) body.reply_to = to;
  }
  const value = side.text.value;
  side.text.value = "";
  written(side);
  if (await attempt(path, body)) replyTo(side, null);
  else side.text.value = value; // not sent: what was written is not lost
  written(side);
}

// What a text of the staff phone answers: what was chosen, by itself the last ticket, false nothing.
function answered(side) {
  return side.replyTo === false ? null : side.replyTo ?? side.phone.screen.ticket;
}

function replyTo(side, id) {
  side.replyTo = id;
  showReply(side);
  if (id) side.text.focus();
}

function showReply(side) {
  const strip = one(".replying", side.root);
  if (!strip) return;
  const id = answered(side);
  const quoted = id ? short(side.phone.screen.textOf(id)) : "";
  strip.hidden = !id;
  if (one("q", strip).textContent !== quoted) one("q", strip).textContent = quoted;
}

// An old phone has no accents: they come off as one types.
function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/g, "d").replace(/Đ/g, "D");
}

function written(side) {
  if (side.name === "sms") {
    const bare = plain(side.text.value);
    if (bare !== side.text.value) {
      const at = side.text.selectionStart - (side.text.value.length - bare.length);
      side.text.value = bare;
      side.text.setSelectionRange(at, at);
    }
    const parts = bare.length <= 160 ? 1 : Math.ceil(bare.length / 153);
    const room = parts === 1 ? 160 : parts * 153;
    one(".left", side.root).textContent = `${room - bare.length}/${parts}`;
  } else {
    side.text.style.height = "auto";
    side.text.style.height = `${Math.min(side.text.scrollHeight, 120)}px`;
  }
}

// --- what comes

const look = {
  since: 0,
  round: 0,
  stop: new AbortController(),
  // Another phone was taken: begin anew, so that its past is shown too.
  again() {
    this.since = 0;
    this.round += 1;
    this.stop.abort();
  },
  async forever() {
    for (;;) {
      const round = this.round;
      this.stop = new AbortController();
      const query = new URLSearchParams([
        ...[...phones.keys()].map((key) => ["phone", key]),
        ["since", this.since],
        ["wait", this.since ? WAIT_S : 0],
      ]);
      try {
        const answer = await fetch(`/screens?${query}`, { signal: this.stop.signal });
        if (!answer.ok) throw new Error(answer.status);
        const came = await answer.json();
        if (round === this.round) takeIn(came);
        one("#lost").hidden = true;
      } catch (fault) {
        if (fault.name === "AbortError") continue;
        one("#lost").hidden = false;
        await new Promise((done) => setTimeout(done, 1000));
      }
    }
  },
};

function takeIn(came) {
  const whole = look.since === 0;
  if (whole) for (const phone of phones.values()) phone.screen.clear();
  look.since = came.next;
  for (const event of came.events) {
    const phone = phones.get(event.phone);
    if (!phone) continue;
    if (event.kind === "toast") {
      if (Date.now() / 1000 - event.at < 5) toast(phone, event.text);
    } else if (phone.screen.apply(event)) {
      const before = phone.seen ?? (whole ? event.seq : 0);
      if (phone !== phone.side.phone && event.seq > before) phone.fresh += 1;
    }
    phone.seen = Math.max(phone.seen ?? 0, event.seq);
  }
  if (whole) for (const phone of phones.values()) phone.seen ??= came.next;
  for (const side of sides.values()) {
    showEmpty(side);
    showReply(side);
    if (whole) side.phone.screen.box.scrollTop = side.phone.screen.box.scrollHeight;
  }
  count();
  showFaults(came.faults);
  document.body.dataset.ready = true;
}

function toast(phone, text) {
  const strip = one(".toast", phone.side.root);
  if (!strip || !text || phone !== phone.side.phone) return;
  strip.textContent = text;
  strip.hidden = false;
  clearTimeout(strip.timer);
  strip.timer = setTimeout(() => (strip.hidden = true), 5000);
}

function count() {
  const sums = { sms: 0, telegram: 0, staff: 0 };
  for (const phone of phones.values()) {
    sums[phone.side.name] += phone.fresh;
    mark(phone.address, phone.fresh);
  }
  for (const [name, sum] of Object.entries(sums)) mark(name, sum);
}

function mark(name, sum) {
  const badge = one(`[data-new="${name}"]`);
  if (!badge) return;
  badge.hidden = !sum;
  badge.replaceChildren();
  if (!sum) return;
  const digits = make("span", "", sum);
  digits.setAttribute("aria-hidden", "true");
  badge.append(digits, make("span", "sr", filled(words.new, { n: sum })));
}

// --- failing on demand

function showFaults(faults) {
  for (const button of all("[data-switch]")) {
    const orders = page.switches[button.dataset.switch];
    const on = orders.every(({ provider, fault }) =>
      faults[provider].waiting.some((waiting) => waiting.kind === fault.kind));
    button.setAttribute("aria-checked", on);
    for (const { provider } of orders) {
      const strip = one(`[data-failing="${provider}"]`);
      if (strip && on) strip.dataset.now = words[`fault_${button.dataset.switch}`];
    }
  }
  for (const strip of all("[data-failing]")) {
    const { waiting, failed } = faults[strip.dataset.failing] ?? { waiting: [], failed: 0 };
    strip.hidden = !waiting.length;
    const counted = filled(words.failed, { n: failed });
    const said = `${words.on}: ${strip.dataset.now ?? ""} · ${counted}`;
    if (!strip.hidden && strip.textContent !== said) strip.textContent = said;
  }
}

async function turn(button) {
  const on = button.getAttribute("aria-checked") !== "true";
  const orders = page.switches[button.dataset.switch];
  button.disabled = true;
  try {
    for (const { provider, fault } of orders) {
      await ask(`/faults/${provider}`, null, "DELETE"); // one way of failing at a time
      if (on) await ask(`/faults/${provider}`, { ...fault, count: 1e6 });
    }
  } finally {
    button.disabled = false;
    button.focus();
  }
  look.again();
}

// --- stories

let stop = null;

async function tell(id, language) {
  const story = page.stories[id];
  const side = sides.get(story.phone);
  stop?.abort();
  const mine = (stop = new AbortController());
  const person = one(`input[data-name="${story.staff}"]`);
  person?.click();
  keep(side, freshAddress(side));
  side.root.scrollIntoView({ block: "nearest" });
  const said = one("#playing");
  said.replaceChildren(make("strong", "", `${words.playing}: `), story.title);
  delete said.dataset.done;
  said.parentElement.hidden = false;
  one("#stop").textContent = words.stop;
  for (const item of all("[data-story]")) item.classList.toggle("now", item.dataset.story === id);
  const { kind, address, screen } = side.phone;
  const path = `/phone/telegram/${kind}/message`;
  await play(story, language, {
    type: (text) => { side.text.value = text; written(side); },
    send: side.send,
    pin: (name) => sendPin(side, name),
    photo: () => attempt(path, { from: address, file: "photo" }),
    heard: () => screen.heard,
  }, mine.signal);
  if (stop !== mine) return; // another story was begun meanwhile
  stop = null;
  if (mine.signal.aborted) side.text.value = "";
  written(side);
  said.textContent = mine.signal.aborted ? words.stopped : story.after;
  said.dataset.done = id;
  one("#stop").textContent = words.close;
}

function sendPin(side, id) {
  const { lat, lon } = page.pins.find((pin) => pin.id === id);
  return attempt(`/phone/telegram/senders/message`, {
    from: side.phone.address,
    location: { latitude: lat, longitude: lon },
  });
}

// --- wiring

["sms", "telegram", "staff"].forEach(addSide);

for (const side of sides.values()) {
  side.text.addEventListener("input", () => written(side));
  const own = one(".own", side.root);
  if (!own) continue;
  const input = one("input", own);
  const address = () => (side.name === "sms" ? input.value.trim() : Number(input.value));
  own.addEventListener("submit", (event) => {
    event.preventDefault();
    keep(side, address());
  });
  input.addEventListener("change", () => input.reportValidity() && keep(side, address()));
  one(".fresh", own).addEventListener("click", () => keep(side, freshAddress(side)));
  const kept = sessionStorage.getItem(side.name);
  if (kept) input.value = kept;
  show(openPhone(side, side.name === "sms" ? "sms" : "senders", address()));
}

const staff = sides.get("staff");
if (staff) {
  const wanted = sessionStorage.getItem("staff");
  for (const radio of all("input[name=staff]")) {
    const phone = openPhone(staff, "staff", Number(radio.value));
    if (radio.value === wanted) radio.checked = true;
    if (radio.checked) show(phone);
    radio.addEventListener("change", () => {
      sessionStorage.setItem("staff", radio.value);
      show(phone);
    });
  }
  show(phones.get(`telegram:staff:${one("input[name=staff]:checked").value}`));
  one(".replying button", staff.root).addEventListener("click", () => replyTo(staff, false));
}

const telegram = sides.get("telegram");
if (telegram) {
  const place = one(".place", telegram.root);
  const opener = one(".write .pin", telegram.root);
  const unfold = (open) => {
    place.hidden = !open;
    opener.setAttribute("aria-expanded", open);
    (open ? one("select", place) : opener).focus();
  };
  opener.addEventListener("click", () => unfold(place.hidden));
  place.addEventListener("keydown", (event) => event.key === "Escape" && unfold(false));
  place.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (await sendPin(telegram, one("select", place).value)) unfold(false);
  });
  one(".write .photo", telegram.root).addEventListener("click", () =>
    attempt("/phone/telegram/senders/message", { from: telegram.phone.address, file: "photo" }));
}

for (const button of all("[data-switch]")) button.addEventListener("click", () => turn(button));
for (const button of all("[data-play]")) {
  const { story } = button.closest("[data-story]").dataset;
  button.addEventListener("click", () => tell(story, button.dataset.play));
}
one("#stop").addEventListener("click", () => {
  if (stop) stop.abort();
  else one(".playing").hidden = true;
});

// The desk beside: on a wide screen in a window on its right half; else, and by keyboard
// modifiers as ever, in a tab.
one("#desk")?.addEventListener("click", (event) => {
  if (screen.availWidth < 1100 || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const width = Math.floor(screen.availWidth / 2);
  const where = `popup,left=${screen.availWidth - width},top=0,width=${width},height=${screen.availHeight}`;
  window.open(event.currentTarget.href, "_blank", `noopener,${where}`);
});

look.forever();
