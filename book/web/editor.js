/** A small Python editor on CodeMirror, coloured like the book's other code. */

import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { indentWithTab } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState, Prec } from "@codemirror/state";
import { EditorView, keymap, lineNumbers } from "@codemirror/view";
import { tagHighlighter, tags } from "@lezer/highlight";
import { minimalSetup } from "codemirror";

const KEYS = "Shift+Enter runs the code. Tab indents; to leave the editor, press Escape and then Tab.";

// The classes of Pygments, so that the page's own style sheet colours both themes.
const COLOURS = tagHighlighter([
  { tag: [tags.keyword, tags.operatorKeyword, tags.bool, tags.null], class: "k" },
  { tag: [tags.string, tags.special(tags.string)], class: "s1" },
  { tag: [tags.number, tags.standard(tags.name)], class: "mi" },
  { tag: tags.comment, class: "c1" },
  { tag: [tags.operator, tags.compareOperator, tags.arithmeticOperator], class: "o" },
  { tag: [tags.function(tags.definition(tags.variableName)), tags.definition(tags.className)], class: "nf" },
  { tag: tags.meta, class: "nd" },
]);

let count = 0;

/** The sentence about the keys, under the editor and read out with it. */
function keys(parent) {
  const note = document.createElement("p");
  note.className = "editor-keys";
  note.id = `editor-keys-${(count += 1)}`;
  note.textContent = KEYS;
  parent.append(note);
  return note.id;
}

/** Put an editor that holds `doc` into `parent`; `label` is its accessible name. */
export function createEditor({ parent, doc, label, onRun, onChange = () => {} }) {
  const frame = document.createElement("div");
  frame.className = "editor highlight";
  parent.append(frame);
  const run = () => (onRun(), true);
  const view = new EditorView({
    parent: frame,
    state: EditorState.create({
      doc,
      extensions: [
        Prec.highest(keymap.of([{ key: "Mod-Enter", run }, { key: "Shift-Enter", run }])),
        keymap.of([...closeBracketsKeymap, indentWithTab]),
        minimalSetup,
        lineNumbers(),
        python(),
        indentUnit.of("    "),
        indentOnInput(),
        bracketMatching(),
        closeBrackets(),
        syntaxHighlighting(COLOURS),
        EditorView.contentAttributes.of({ "aria-label": label, "aria-describedby": keys(parent) }),
        EditorView.updateListener.of((update) => update.docChanged && onChange(update.state.doc.toString())),
      ],
    }),
  });
  return {
    value: () => view.state.doc.toString(),
    replace: (insert) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert } }),
    focus: () => view.focus(),
  };
}
