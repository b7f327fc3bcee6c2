// Playing a story: type a message, send it, wait for the answer, and so on.

const TYPING_MS = 900; // for one message, however long
const ANSWER_MS = 6000; // how long an answer is waited for; silence may be the right one
const THINK_MS = 900;

const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// phone: {type(text), send(), pin(id), photo(), heard()}. on: an AbortSignal.
export async function play(story, language, phone, on) {
  for (const step of story.steps) {
    const before = phone.heard();
    if (step.say) {
      await type(phone, step.say[language], on);
      if (on.aborted) return;
      await phone.send();
    } else if (step.pin) {
      await phone.pin(step.pin);
    } else {
      await phone.photo();
    }
    const end = Date.now() + ANSWER_MS;
    while (!on.aborted && phone.heard() === before && Date.now() < end) await pause(100);
    if (on.aborted) return;
    if (step !== story.steps.at(-1)) await pause(still() ? 0 : THINK_MS);
  }
}

async function type(phone, text, on) {
  if (still()) {
    phone.type(text);
    return;
  }
  const letters = [...text];
  const frames = Math.min(letters.length, 45);
  for (let frame = 1; frame <= frames && !on.aborted; frame += 1) {
    phone.type(letters.slice(0, Math.ceil((letters.length * frame) / frames)).join(""));
    await pause(TYPING_MS / frames);
  }
}
