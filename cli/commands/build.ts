// npm run build: builds what a deployment uploads into the folder build, to be deployed to one stage after the other.

import { writeArtefact } from "../../delivery/artefact.ts";
import { command } from "../command.ts";

await command(async () => {
  const { commit, files } = await writeArtefact("build");
  console.log(`Built ${Object.keys(files).length} files of ${commit} in build.`);
});
