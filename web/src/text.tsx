// Text of models, news and users. It is Markdown without HTML: every character ends up in a text node, and a link is one
// only if its address is that of a web page.
import type { ComponentChild } from "preact";
import { Cite } from "./ui/evidence";

const INLINE = /(`[^`]+`)|\*\*([^*]+)\*\*|__([^_]+)__|\*([^*\s][^*]*)\*|(?<![\w])_([^_\s][^_]*)_(?![\w])|\[((?:E\d+)(?:,\s*E\d+)*)\]|\[([^\]]+)\]\(([^)\s]+)\)/g;
const MAX_DEPTH = 4;

/** The address of a web page, or undefined for every other scheme. */
export function safeAddress(text: string): string | undefined {
  try {
    const url = new URL(text);
    return url.protocol === "https:" || url.protocol === "http:" ? url.href : undefined;
  } catch {
    return undefined;
  }
}

export function Outside({ href, children }: { href: string; children: ComponentChild }) {
  const address = safeAddress(href);
  if (address === undefined) return <>{children}</>;
  return (
    <a href={address} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  );
}

/** A line of text with emphasis, code, citations and links. */
export function Inline({ text, depth = 0 }: { text: string; depth?: number }) {
  const parts: ComponentChild[] = [];
  let end = 0;
  for (const match of depth > MAX_DEPTH ? [] : text.matchAll(INLINE)) {
    if (match.index > end) parts.push(text.slice(end, match.index));
    end = match.index + match[0].length;
    const [whole, code, strong, strong2, soft, soft2, cited, label, address] = match;
    const inner = (content: string) => <Inline text={content} depth={depth + 1} />;
    if (code) parts.push(<code>{code.slice(1, -1)}</code>);
    else if (strong || strong2) parts.push(<strong>{inner(strong ?? strong2 ?? "")}</strong>);
    else if (soft || soft2) parts.push(<em>{inner(soft ?? soft2 ?? "")}</em>);
    else if (cited) parts.push(<Cite ids={cited.split(/,\s*/)} />);
    else if (label && address) parts.push(<Outside href={address}>{inner(label)}</Outside>);
    else parts.push(whole);
  }
  parts.push(text.slice(end));
  return <>{parts}</>;
}

type Block =
  | { kind: "heading"; level: number; text: string }
  | { kind: "paragraph"; text: string }
  | { kind: "list"; ordered: boolean; items: string[] }
  | { kind: "table"; head: string[]; rows: string[][] }
  | { kind: "quote"; text: string }
  | { kind: "code"; text: string }
  | { kind: "rule" };

const cells = (line: string): string[] =>
  line.trim().replace(/^\||\|$/g, "").split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));

const ITEM = /^\s*(?:[-*+]|(\d{1,9})[.)])\s+(.*)$/;
const TABLE_RULE = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

function blocksOf(source: string): Block[] {
  const lines = source.replace(/\r\n?/g, "\n").split("\n");
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? "";
    const take = (accepts: (line: string) => boolean): string[] => {
      const taken = [];
      while (at < lines.length && accepts(lines[at] ?? "")) taken.push(lines[at++] ?? "");
      return taken;
    };
    const heading = /^(#{1,6})\s+(.*?)\s*#*$/.exec(line);
    if (!line.trim()) {
      at += 1;
    } else if (heading) {
      blocks.push({ kind: "heading", level: (heading[1] ?? "").length, text: heading[2] ?? "" });
      at += 1;
    } else if (/^\s*(```|~~~)/.test(line)) {
      at += 1;
      const text = take((next) => !/^\s*(```|~~~)/.test(next)).join("\n");
      at += 1;
      blocks.push({ kind: "code", text });
    } else if (/^\s*([-*_])\s*(\1\s*){2,}$/.test(line)) {
      blocks.push({ kind: "rule" });
      at += 1;
    } else if (line.includes("|") && TABLE_RULE.test(lines[at + 1] ?? "") && (lines[at + 1] ?? "").includes("-")) {
      at += 2;
      const rows = take((next) => next.includes("|")).map(cells);
      blocks.push({ kind: "table", head: cells(line), rows });
    } else if (/^\s*>/.test(line)) {
      blocks.push({ kind: "quote", text: take((next) => /^\s*>/.test(next)).map((next) => next.replace(/^\s*>\s?/, "")).join("\n") });
    } else if (ITEM.test(line)) {
      const ordered = ITEM.exec(line)?.[1] !== undefined;
      const items: string[] = [];
      for (const next of take((text) => ITEM.test(text) || (/^\s+\S/.test(text) && items.length > -1))) {
        const item = ITEM.exec(next);
        if (item) items.push(item[2] ?? "");
        else items.push(`${items.pop() ?? ""} ${next.trim()}`);
      }
      blocks.push({ kind: "list", ordered, items });
    } else {
      const first = lines[at++] ?? "";
      const rest = take((next) => next.trim() !== "" && !ITEM.test(next) && !/^(#{1,6}\s|\s*>|\s*(```|~~~))/.test(next));
      blocks.push({ kind: "paragraph", text: [first, ...rest].join("\n") });
    }
  }
  return blocks;
}

interface TextProps {
  source: string;
  /** The level of its first headings on this page. */
  level?: number;
  /** Leave out a first heading that the page shows already. */
  untitled?: boolean;
}

/** A Markdown text. */
export function Text({ source, level = 3, untitled = false }: TextProps) {
  const blocks = blocksOf(source);
  if (untitled && blocks[0]?.kind === "heading") blocks.shift();
  const top = Math.min(...blocks.map((block) => (block.kind === "heading" ? block.level : 9)));
  return (
    <div class="text">
      {blocks.map((block) => {
        if (block.kind === "heading") {
          const Heading = `h${Math.min(6, level + block.level - top)}` as "h3";
          return <Heading><Inline text={block.text} /></Heading>;
        }
        if (block.kind === "rule") return <hr />;
        if (block.kind === "code") return <pre tabIndex={0}><code>{block.text}</code></pre>;
        if (block.kind === "quote") return <blockquote><Inline text={block.text} /></blockquote>;
        if (block.kind === "list") {
          const List = block.ordered ? "ol" : "ul";
          return <List>{block.items.map((item) => <li><Inline text={item} /></li>)}</List>;
        }
        if (block.kind === "table") {
          return (
            <div class="scroll" tabIndex={0} role="group" aria-label="Table">
              <table>
                <thead><tr>{block.head.map((cell) => <th scope="col"><Inline text={cell} /></th>)}</tr></thead>
                <tbody>{block.rows.map((row) => <tr>{row.map((cell) => <td><Inline text={cell} /></td>)}</tr>)}</tbody>
              </table>
            </div>
          );
        }
        return <p><Inline text={block.text} /></p>;
      })}
    </div>
  );
}
