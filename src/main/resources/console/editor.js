// CodeMirror for SQL, fetched when the warehouse is opened first. Until it is there, or if it does not come, one types into a
// plain text field.
import { load } from './chart.js';
import { html, useEffect, useRef, useState } from './ui.js';

let loading = null;

function codeMirror() {
    if (!loading) {
        loading = load('./lib/codemirror.js', './lib/codemirror.css')
            .then(() => Promise.all([load('./lib/sql.js'), load('./lib/show-hint.js', './lib/show-hint.css')]))
            .then(() => window.CodeMirror);
        loading.catch(() => { loading = null; });
    }
    return loading;
}

/** CodeMirror reads what was typed into its field up to 80 ms later; a query that is run by a key must have it. */
const READ = 100;

/** api.insert puts a text where the cursor is. names() are offered while one types. */
export function SqlEditor({ value, change, run, names, api }) {
    const place = useRef(null);
    const field = useRef(null);
    const [ready, setReady] = useState(false);
    const now = useRef({});
    now.current = { change, run, names, value };
    useEffect(() => {
        let editor = null;
        let ended = false;
        api.insert = text => {
            const area = field.current;
            if (editor) {
                editor.replaceSelection(text);
                editor.focus();
            } else if (area) {
                area.setRangeText(text, area.selectionStart, area.selectionEnd, 'end');
                now.current.change(area.value);
                area.focus();
            }
        };
        codeMirror().then(CodeMirror => {
            if (ended) {
                return;
            }
            editor = CodeMirror(place.current, {
                value: now.current.value, mode: 'text/x-sql', lineNumbers: true, lineWrapping: true, indentUnit: 2, viewportMargin: Infinity,
                inputStyle: 'contenteditable', screenReaderLabel: 'SQL',
                extraKeys: {
                    'Ctrl-Enter': runSoon, 'Cmd-Enter': runSoon,
                    'Ctrl-Space': hint,
                    // the way out for those without a mouse
                    Tab: false, 'Shift-Tab': false,
                },
            });
            editor.on('change', () => now.current.change(editor.getValue()));
            editor.on('inputRead', (cm, typed) => typed.text[0] && /[\w.]/.test(typed.text[0]) && !cm.state.completionActive && hint(cm));
            api.set = text => editor.setValue(text);
            setReady(true);
        }).catch(() => { });

        function runSoon() {
            setTimeout(() => !ended && now.current.run(), READ);
        }
        function hint(cm) {
            cm.showHint({ completeSingle: false, hint: () => hints(cm, now.current.names()) });
        }
        return () => {
            ended = true;
            editor?.toTextArea?.();
        };
    }, []);
    return html`<div class="editor"><div ref=${place}></div>
        ${!ready && html`<textarea ref=${field} aria-label="SQL" rows="7" spellcheck=${false} onInput=${event => change(event.target.value)}
            onKeyDown=${event => (event.ctrlKey || event.metaKey) && event.key === 'Enter' && run()}>${value}</textarea>`}</div>`;
}

function hints(cm, names) {
    const cursor = cm.getCursor();
    const before = cm.getLine(cursor.line).slice(0, cursor.ch);
    const word = /[\w.]*$/.exec(before)[0];
    const lower = word.toLowerCase();
    const list = word.length < 2 ? [] : names.filter(name => name.toLowerCase().includes(lower) && name !== word)
        .sort((a, b) => a.toLowerCase().indexOf(lower) - b.toLowerCase().indexOf(lower) || a.length - b.length).slice(0, 12);
    return { list, from: { line: cursor.line, ch: cursor.ch - word.length }, to: cursor };
}
