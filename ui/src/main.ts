import './design/design.css';
import { mainHost } from '#host';
import { mount } from 'svelte';
import { languages, showLook } from './host/preferences';
import { beginning } from './views/beginning';
import Main from './views/Main.svelte';
import { fitting, say, speak } from './words/say';

showLook();
await speak(fitting(languages()));
document.title = say('shell.title');
const host = mainHost();
const place = await host.place().catch(() => 'home' as const);
const room = location.hash === '' ? await beginning(host, place) : null;
if (room) location.hash = `#/${room}`;
mount(Main, { target: document.getElementById('page') ?? document.body, props: { host } });
