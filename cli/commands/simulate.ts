// npm run simulate: which AWS limit is reached first, at how many orders per second, and a simulation of the order queue.

import { scaleText } from "../../tools/cost/scale-text.ts";

console.log(scaleText());
