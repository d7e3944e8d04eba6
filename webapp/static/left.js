// On the sign-in page: nobody finds in this browser what the last person left. After signing out, that is everything;
// when a sign-in only ran out, she may come back for it, within a day.
import { forgetAll, list } from "./kept_sound.js";

if (document.querySelector("[data-left]")) {
  sessionStorage.clear(); // what was being typed
  forgetAll();
} else {
  list();
}
