export type Piece = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'name'; readonly name: string };

/** `a-${B}-${!C}` as text and names: `${!C}` is the text `${C}`. */
export function pieces(text: string): readonly Piece[] {
  return text
    .split(/(\$\{[^}]*\})/)
    .filter((part) => part !== '')
    .map((part) => {
      const name = /^\$\{([^}]*)\}$/.exec(part)?.[1];
      if (name === undefined) return { kind: 'text', text: part };
      return name.startsWith('!')
        ? { kind: 'text', text: `\${${name.slice(1)}}` }
        : { kind: 'name', name: name.trim() };
    });
}
