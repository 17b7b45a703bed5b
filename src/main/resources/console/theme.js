// Before the first paint, so that nobody sees the other theme flash by. Without a choice the system's theme counts.
try {
    const chosen = localStorage.getItem('serai.theme');
    if (chosen === 'dark' || chosen === 'light') {
        document.documentElement.dataset.theme = chosen;
    }
} catch (e) {
    // storage is switched off: nothing was chosen
}
