// What the demo's image runs. Everything that it needs is in the image.
const { readdirSync } = require('node:fs');
const { version } = require('./package.json');

const paths = readdirSync('/nix/store').length;
console.log(
  `Hello ${version} from Node.js ${process.version}. This image holds ${paths} store paths and nothing else.`,
);
