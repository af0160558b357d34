import { Composer, Lexer, LineCounter, Parser } from 'yaml';
import type { CST, YAMLError } from 'yaml';
import type { Problem } from '../problem.ts';
import type { Node, Path } from '../tree.ts';
import { buildTree } from './tree-builder.ts';

const mostDepth = 32;
/** Words, colons, commas and brackets: 200 services with 60 variables each come to less. */
const mostLexemes = 100_000;
/** Comments, directives and documents: a manifest has one document. */
const mostTokens = 10_000;
/** After the first few, syntax errors only follow from each other. */
const mostSyntaxErrors = 10;

export type ReadYaml = {
  /** Absent when the text is no YAML at all. */
  readonly root: Node | undefined;
  readonly problems: readonly Problem[];
  /** Paths whose value means nothing, so that nobody judges them again. */
  readonly broken: readonly Path[];
  /** `line:column`, both from 1. */
  readonly position: (offset: number) => string;
};

/** Reads one YAML document without anchors, aliases, tags and directives, no deeper than `mostDepth`. */
export function readYaml(text: string): ReadYaml {
  const lines = new LineCounter();
  const position = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${line}:${col}`;
  };
  const unreadable = (...problems: Problem[]): ReadYaml => ({ root: undefined, problems, broken: [], position });

  const { tokens, excess } = tokensOf(text, lines);
  if (excess !== undefined) return unreadable(excess);
  const composer = new Composer({ schema: 'failsafe', uniqueKeys: false, prettyErrors: false, logLevel: 'silent' });
  const [document, another] = composer.compose(tokens, true, text.length);
  const errors = document?.errors.slice(0, mostSyntaxErrors) ?? [];
  if (errors.length > 0) return unreadable(...errors.map(syntaxProblem));
  if (another !== undefined) {
    return unreadable(problem(another.range[0], 'The file holds several documents.', 'Keep one; remove "---" lines.'));
  }
  if (
    document === undefined ||
    document.contents === null ||
    document.contents.range[1] === document.contents.range[0]
  ) {
    return unreadable(problem(0, 'The file is empty.', 'Begin with "version: 1" and an "application".'));
  }
  const { root, problems, broken } = buildTree(document.contents);
  return { root, problems: [...directiveProblems(tokens), ...problems], broken, position };
}

/**
 * Ends as soon as the file is deeper or longer than a manifest may be: the parser keeps open collections on a stack of
 * its own, so this is known before anything recursive or costly runs.
 */
function tokensOf(text: string, lines: LineCounter): { tokens: CST.Token[]; excess: Problem | undefined } {
  const parser = new Parser(lines.addNewLine);
  const tokens: CST.Token[] = [];
  let amount = 0;
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    tokens.push(...parser.next(lexeme));
    if (lexeme.trim() !== '') amount++;
    // The document and the scalar being read stand on the stack too.
    const isTooDeep = parser.stack.length > mostDepth + 2;
    if (isTooDeep) return { tokens, excess: problem(parser.offset, `Nested deeper than ${mostDepth}.`, 'Flatten it.') };
    const isTooMuch = amount > mostLexemes || tokens.length > mostTokens;
    if (isTooMuch)
      return { tokens, excess: problem(parser.offset, 'There is more here than a manifest needs.', 'Shorten it.') };
  }
  tokens.push(...parser.end());
  return { tokens, excess: undefined };
}

function directiveProblems(tokens: readonly CST.Token[]): Problem[] {
  return tokens
    .filter(({ type }) => type === 'directive')
    .map(({ offset }) => problem(offset, 'YAML directives (lines that begin with %) are not used here.', 'Remove it.'));
}

/** The library's own messages quote the file, where a secret may stand: so the words are ours. */
function syntaxProblem({ code, pos: [offset] }: YAMLError): Problem {
  const why = syntaxWords[code] ?? 'this is not valid here';
  return problem(offset, `Not readable as YAML: ${why}.`, 'Check indentation, colons, quotes and brackets here.');
}

const syntaxWords: Partial<Record<YAMLError['code'], string>> = {
  BAD_ALIAS: 'an alias that names no anchor',
  BAD_DIRECTIVE: 'an unknown directive',
  BAD_DQ_ESCAPE: 'an unknown escape within double quotes',
  BAD_INDENT: 'the indentation does not fit the lines above',
  BAD_SCALAR_START: 'text may not begin with this character; put it in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a second ": " on one line; put the text in quotes',
  BLOCK_IN_FLOW: 'indented lines cannot stand within [ ] or { }',
  KEY_OVER_1024_CHARS: 'a key of more than 1024 characters',
  MISSING_CHAR: 'a closing quote or bracket, a comma, or the space after a colon is missing',
  MULTILINE_IMPLICIT_KEY: 'a key goes over several lines, or a colon is missing after it',
  MULTIPLE_DOCS: 'several documents in one file',
  TAB_AS_INDENT: 'a tab is used for indentation; use spaces',
  TAG_RESOLVE_FAILED: 'a tag, which is not used here',
};

function problem(offset: number, message: string, remedy: string): Problem {
  return { code: 'E_MANIFEST', message, remedy, where: { offset } };
}
