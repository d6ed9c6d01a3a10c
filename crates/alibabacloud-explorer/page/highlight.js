// Colours of code: spans whose texts are the code itself.

import { el, scrollable } from './dom.js';

const keywords = (text) => new RegExp(`^(${text.replaceAll(' ', '|')})$`);

const LANGUAGES = {
  rust: [
    // Lifetimes and raw names start as characters and strings do.
    /(?<comment>\/\/[^\n]*)|(?<string>b?r(#*)"[\s\S]*?"\3|b?"(?:\\[\s\S]|[^"\\])*"|b?'(?:\\[^\n']+|[^\\'\n])')|(?<plain>'\w+|r#\w+)|(?<type>#!?\[[^\]\n]*\])|(?<number>\b\d[\w.]*\b)|(?<name>[A-Za-z_]\w*!?)/g,
    keywords('as async await break const continue crate dyn else enum false fn for if impl in let loop match mod move mut pub ref return self static struct super trait true type unsafe use where while'),
  ],
  shell: [
    /(?<comment>(?<=^|\s)#[^\n]*)|(?<string>\$?'(?:\\.|[^'])*'|"(?:\\[\s\S]|[^"\\])*")|(?<type>(?<=\s)--?[A-Za-z][\w.-]*)|(?<name>[\w./:@%-]+)/g,
    keywords('curl aliyun'),
  ],
  json: [/(?<type>"(?:\\.|[^"\\])*"(?=\s*:))|(?<string>"(?:\\.|[^"\\])*")|(?<number>-?\b\d[\d.eE+-]*)|(?<name>\w+)/g, keywords('true false null')],
};

// Longer texts have no colours.
const LIMIT = 60_000;

/** Returns the nodes of a code. */
export function highlight(code, language) {
  if (!LANGUAGES[language] || code.length > LIMIT) return [code];
  const [token, isKeyword] = LANGUAGES[language];
  const nodes = [];
  let end = 0;
  for (const match of code.matchAll(token)) {
    const [text] = match;
    let kind = Object.keys(match.groups).find((name) => match.groups[name] !== undefined);
    if (kind === 'name') kind = isKeyword.test(text) ? 'keyword' : language === 'rust' && /^[A-Z]|!$/.test(text) ? 'type' : 'plain';
    if (kind === 'plain') continue;
    nodes.push(code.slice(end, match.index), el(`span.tok-${kind}`, text));
    end = match.index + text.length;
  }
  return [...nodes, code.slice(end)];
}

/** Creates a block of code. */
export const codeBlock = (code, language, label) => scrollable('pre.code', label, el('code', highlight(code, language)));
