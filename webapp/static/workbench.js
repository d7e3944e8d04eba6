// The workbench: one coding of one segment, by keyboard at the pace of speech, or by mouse and touch.
import { listen, press } from "./workbench_keys.js";
import { Lines } from "./workbench_lines.js";
import { Player } from "./workbench_player.js";
import { Saver } from "./workbench_saving.js";
import { Shelf } from "./workbench_shelf.js";
import { Coding, fits } from "./workbench_state.js";
import { Told } from "./workbench_told.js";

const find = (id) => document.getElementById(id);
const data = JSON.parse(find("coding-data").textContent);
const { codes } = data;
const area = find("lines");
const deck = find("deck");
const REST = 6000; // ms that the page is left where somebody has scrolled it
const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";

for (const part of document.querySelectorAll(".scripted")) part.hidden = false;
const told = new Told(deck, find("trouble"));
const turns = data.turns.map((turn) => ({ ...turn, words: wordsOf(turn.n) }));
const coding = new Coding(turns, data.parses, changed);
const shelf = new Shelf(document.body.dataset.person, data.coding);
const saver = new Saver({
  address: data.keep, token: data.token, seen: data.seen, parses: data.parses, numbers: turns.map((turn) => turn.n), shelf,
  told: (state, words) => told.saving(state, words, saver),
  adopt: (n, parse, chosen) => {
    coding.put(n, parse, chosen);
    if (!chosen) redraw(n);
  },
});
const kept = saver.restore((n, parse) => fits(coding.byNumber.get(n), parse, codes));
for (const [n, parse] of Object.entries(kept)) coding.put(Number(n), parse);
const lines = new Lines(area, coding, codes);
const player = new Player(find("audio"), { ...data.segment, speed: find("speed"), told: hear });
let side = "";
choosePass(["practitioner", "client"].find((one) => coding.linesOf(one).some(bare)) ?? "practitioner");
if (Object.keys(kept).length) told.say("What this browser had kept is here again.");

function wordsOf(n) {
  const said = [...area.querySelectorAll(`[data-n="${n}"] .text`)].map((text) => text.textContent);
  return said.join(" ").split(" ").filter(Boolean);
}

function bare(line) {
  return line.code === null;
}

function changed(n) {
  saver.change(n, coding.of(n));
  redraw(n);
}

function redraw(n) {
  lines.draw(n);
  hear(player.now, false);
  count();
}

function count() {
  for (const one of ["practitioner", "client"]) told.left(one, coding.linesOf(one).filter(bare).length, coding.linesOf(one).length);
  told.steps(coding);
}

// --- passes and places
function choosePass(one) {
  side = one;
  document.body.dataset.pass = one;
  for (const choice of deck.querySelectorAll("[name=pass]")) choice.checked = choice.value === one;
  for (const list of deck.querySelectorAll("[data-side]")) list.hidden = list.dataset.side !== one;
  const mine = coding.linesOf(one);
  const here = lines.current;
  const next = mine.find((line) => bare(line) && (!here || line.n >= here.n)) ?? mine.find(bare) ?? mine[0];
  lines.at(next, { focus: area.contains(document.activeElement) });
  count();
}

function toPass(one) {
  choosePass(one);
  told.say(`${one === "client" ? "Client" : "Practitioner"} pass.`);
}

function move(by) {
  const mine = coding.linesOf(side);
  const here = lines.current;
  if (!here) return lines.at(mine[0]);
  const at = mine.findIndex((line) => line.n === here.n && line.first === here.first);
  const around = at >= 0 ? at + by : mine.findIndex((line) => line.n > here.n) - (by < 0 ? 1 : 0);
  lines.at(mine[Math.min(Math.max(around, 0), mine.length - 1)], { focus: wasIn() });
}

// Whether the focus is with the lines: a button of the deck that is pressed with a key keeps it.
function wasIn() {
  return document.activeElement === document.body || !deck.contains(document.activeElement);
}

function nextBare() {
  const mine = coding.linesOf(side);
  const here = lines.current;
  const after = mine.find((line) => bare(line) && here && (line.n > here.n || (line.n === here.n && line.first > here.first)));
  const found = after ?? mine.find(bare);
  if (!found) return told.say("Every line of this pass has a code.");
  lines.at(found, { focus: wasIn() });
}

// --- what is done to a line
function give(code) {
  const line = lines.current;
  if (!line || codes[code].speaker !== line.speaker) return;
  coding.code(line, code);
  told.say(`${codes[code].name}.`);
  move(1);
}

function clear() {
  if (!lines.current?.code) return;
  coding.code(lines.current, null);
  told.say("The code is gone.");
}

function chooseWord(by) {
  const line = lines.current;
  if (!line) return;
  const word = lines.choose(lines.word === null ? (by > 0 ? line.first + 1 : line.last - 1) : lines.word + by);
  told.say(word ? `Split before “${word}”? Enter splits, Escape leaves it.` : "One word alone cannot be split.");
}

// Where no word is chosen yet: the word that is being heard, or the second.
function split() {
  const line = lines.current;
  if (!line) return;
  if (lines.word === null) {
    const { starts } = coding.byNumber.get(line.n);
    const heard = player.now === null ? -1 : starts.findLastIndex((start) => start <= player.now);
    lines.choose(heard > line.first && heard < line.last ? heard : line.first);
    return chooseWord(heard > line.first && heard < line.last ? 0 : 1);
  }
  const word = lines.word;
  coding.split(line, word);
  lines.at(coding.line(line.n, line.code ? word : line.first), { focus: wasIn() });
  told.say("Split in two.");
}

function join() {
  const line = lines.current;
  if (!line) return;
  if (line.u === 0) return told.say("A turn begins here: there is nothing before it to join with.");
  lines.at(coding.join(line), { focus: wasIn() });
  told.say("Joined with the line before it.");
}

function step(back) {
  const line = back ? coding.undo() : coding.redo();
  if (!line) return told.say(back ? "There is nothing to take back." : "There is nothing to do again.");
  if (line.speaker !== side) choosePass(line.speaker);
  lines.at(line, { focus: wasIn() });
  told.say(back ? "Taken back." : "Done again.");
}

function enter() {
  if (lines.word !== null) split();
  else player.from(lines.current?.start ?? null);
}

// --- the sound
let scrolled = -REST;
for (const kind of ["wheel", "touchmove"]) addEventListener(kind, () => (scrolled = performance.now()), { passive: true });
const timed = turns.filter((turn) => turn.start !== null);

function heardLine(now) {
  const turn = now === null ? null : timed.findLast((one) => one.start <= now + 0.05 && codes && one.speaker !== "other");
  return turn ? coding.lines(turn.n).findLast((line) => line.start <= now + 0.05) : null;
}

function hear(now, follow = true) {
  const moves = follow && find("follow").checked && !find("audio")?.paused && performance.now() - scrolled > REST;
  lines.hear(heardLine(now), moves ? behavior : null);
}

function toHeard() {
  const line = heardLine(player.now);
  if (!line) return told.say("Nothing is being heard just now.");
  if (line.speaker === side) return lines.at(line, { focus: wasIn() });
  const before = coding.linesOf(side).findLast((one) => one.n < line.n);
  lines.at(before ?? coding.linesOf(side)[0], { focus: wasIn() });
}

const speedTold = (by) => told.say(`Speed ${player.step(by)}.`);
const ends = (at) => lines.at(coding.linesOf(side).at(at));

// --- keys, buttons, pointers
const does = {
  toggle: () => player.toggle(), repeat: () => player.repeat(), slower: () => speedTold(-1), faster: () => speedTold(1),
  heard: toHeard, next: nextBare, split, join, clear, enter, undo: () => step(true), redo: () => step(false),
  practitioner: () => toPass("practitioner"), client: () => toPass("client"),
  up: () => move(-1), down: () => move(1), first: () => ends(0), last: () => ends(-1),
  left: () => chooseWord(-1), right: () => chooseWord(1),
  leave: () => lines.current && lines.choose(null),
};
const keys = new Map(Object.entries(codes).map(([short, code]) => [code.speaker + code.key, short]));
const wanted = find("use-keys");
listen(area, { does, give, codeOf: (key) => keys.get((lines.current?.speaker ?? side) + key), wanted: () => wanted.checked });
press(deck, { does, give });
deck.addEventListener("change", (event) => event.target.name === "pass" && toPass(event.target.value));

area.addEventListener("focusin", (event) => {
  const line = event.target.closest(".line");
  const here = line && coding.line(Number(line.parentElement.dataset.n), Number(line.dataset.first));
  if (here && lines.current?.n === here.n && lines.current.first === here.first) return;
  if (here?.speaker === side) lines.at(here, { focus: false });
});
area.addEventListener("click", (event) => {
  const line = event.target.closest(".line");
  if (!line) return;
  const here = coding.line(Number(line.parentElement.dataset.n), Number(line.dataset.first));
  if (event.target.closest(".time")) player.from(here.start);
  if (here.speaker !== side) return told.say(`That is the ${here.speaker}’s: it is coded in the ${here.speaker} pass.`);
  const word = event.target.closest("[data-word]");
  if (!word) return lines.at(here);
  const chosen = lines.choose(Number(word.dataset.word));
  if (chosen) told.say(`Split before “${chosen}”? Press “Split”.`);
});

// --- being done
find("finish").addEventListener("submit", async (event) => {
  if (!saver.left && !saver.stopped) return;
  event.preventDefault();
  if (await saver.idle()) event.target.submit();
  else told.say("Not all of it is kept yet. Once it is, you can finish.");
});
addEventListener("beforeunload", (event) => {
  if (saver.left && !shelf.works) event.preventDefault();
});
