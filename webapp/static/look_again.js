// Shows the page again once what the worker is at is there. The link beside it does the same by hand.

const waits = document.querySelector("[data-look-again]");
const EVERY = 1500; // ms
const MOST = 60; // looks

if (waits) {
  let left = MOST;
  const look = async () => {
    try {
      const answer = await fetch(waits.dataset.lookAgain, { headers: { "X-Requested-With": "fetch" } });
      if (answer.ok && (await answer.json()).ready) return location.reload();
    } catch {
      // no connection just now: the next look may have one
    }
    left -= 1;
    if (left) setTimeout(look, EVERY);
  };
  setTimeout(look, EVERY);
}
