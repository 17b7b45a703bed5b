import { hub, logIn } from '../api.js';
import { html, useEffect, useRef, useState } from '../ui.js';

/** Shown in place of any page when the hub wants a token; what was open is open again afterwards. */
export function Login() {
    const [token, setToken] = useState('');
    const [problem, setProblem] = useState(null);
    const [busy, setBusy] = useState(false);
    const field = useRef(null);
    useEffect(() => field.current.focus(), []);
    const submit = async event => {
        event.preventDefault();
        setBusy(true);
        setProblem(null);
        try {
            await logIn(token);
        } catch (e) {
            setBusy(false);
            setProblem(e.status === 401 ? 'This is not the token. It is the value of serai.console.token in the hub’s settings.' : e.message);
            field.current?.select();
        }
    };
    return html`<main class="alone"><form class="card login" onSubmit=${submit}>
        <h1 tabindex="-1">Log in</h1>
        <p class="about">This hub shows its data to those who have its token.</p>
        <label for="token">Token</label>
        <input id="token" ref=${field} type="password" autocomplete="current-password" required value=${token} aria-invalid=${Boolean(problem)}
            aria-describedby=${problem ? 'login-problem' : null} onInput=${event => setToken(event.target.value)} />
        ${problem && html`<p id="login-problem" class="problem" role="alert">${problem}</p>`}
        <button type="submit" class="primary" disabled=${busy || hub.state === 'down'}>${busy ? 'Logging in…' : 'Log in'}</button>
    </form></main>`;
}
