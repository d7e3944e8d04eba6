// Small helps for exercises; every page works without them.

// A form is sent once, however often the button is pressed; coming back to the page sets it free again.
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
  addEventListener("pageshow", () => delete form.dataset.sent);
}

// What is being written stays in this tab, for its writer, until it is sent, in case the connection or the battery gives out.
const place = `draft:${document.body.dataset.person}:${location.pathname}`;
for (const field of document.querySelectorAll("textarea[data-draft]")) {
  if (!field.value) field.value = sessionStorage.getItem(place) ?? "";
  field.addEventListener("input", () => sessionStorage.setItem(place, field.value));
}
if (document.querySelector("#feedback")) {
  sessionStorage.removeItem(place);
  document.querySelector("#feedback").focus();
}

// The page that waits for the engine looks again by itself.
const waits = document.querySelector("[data-waits]");
if (waits) {
  const look = async () => {
    try {
      const answer = await fetch(waits.dataset.waits, { headers: { Accept: "application/json" } });
      if (answer.ok && (await answer.json()).state !== "waiting") return location.reload();
    } catch {
      // no connection just now: look again later
    }
    setTimeout(look, 1000);
  };
  setTimeout(look, 700);
}
