// On the sign-in page: nobody finds in this browser what the last person left. After signing out, that is everything;
// when a sign-in only ran out, she may come back for it, within a day.
import { forgetAll, list } from "./kept_sound.js";
import { forgetOthers } from "./workbench_shelf.js";

if (document.querySelector("[data-left]")) {
  sessionStorage.clear(); // what was being typed
  forgetAll();
  forgetOthers(""); // codes given by hand that had not come through
} else {
  list();
}
