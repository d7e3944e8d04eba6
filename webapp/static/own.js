// On every page of somebody who is signed in: what another person left unkept in this browser is forgotten.
import { forgetOthers } from "./workbench_shelf.js";

forgetOthers(document.body.dataset.person);
