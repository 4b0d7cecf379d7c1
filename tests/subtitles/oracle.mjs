// Reads a JSON array of files in base64, has the W3C's own parser read each, and prints what it found as a JSON array.
// The tree of a text is flat, as ours is: a string, ['<', name, classes, annotation], ['>', name], ['@', milliseconds].
import {createRequire} from 'node:module';
import {readFileSync} from 'node:fs';

const require = createRequire(import.meta.url);
const {WebVTTParser} = require('webvtt-parser');
const parser = new WebVTTParser(require('webvtt-parser/html-entities.json'));
const decoder = new TextDecoder('utf-8', {ignoreBOM: true});
const milliseconds = time => Math.round(time * 1000);

const flat = nodes => nodes.flatMap(node => {
  if (node.type === 'text') {
    return [node.value];
  }
  if (node.type === 'timestamp') {
    return [['@', milliseconds(node.value)]];
  }
  return [['<', node.name, node.classes, node.value ?? ''], ...flat(node.children), ['>', node.name]];
});

const read = file => {
  const {cues, styles, errors} = parser.parse(decoder.decode(Buffer.from(file, 'base64')));
  return {
    signature: !errors.some(error => error.message.startsWith('No valid signature')),
    styles,
    cues: cues.map(cue => ({
      id: cue.id,
      start: milliseconds(cue.startTime),
      end: milliseconds(cue.endTime),
      text: cue.text,
      settings: [
        cue.direction === 'horizontal' ? '' : cue.direction,
        cue.linePosition === 'auto' ? null : cue.linePosition,
        cue.snapToLines,
        cue.lineAlign,
        cue.textPosition === 'auto' ? null : cue.textPosition,
        cue.positionAlign,
        cue.size,
        cue.alignment,
      ],
      nodes: flat(cue.tree.children),
    })),
  };
};

process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, 'utf8')).map(read)));
