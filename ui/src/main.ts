import './design/design.css';
import { mainHost } from '#host';
import { mount } from 'svelte';
import { languages, showLook } from './host/preferences';
import { beginning, follow } from './views/beginning';
import Main from './views/Main.svelte';
import { fitting, say, speak } from './words/say';

showLook();
await speak(fitting(languages()));
document.title = say('shell.title');
const host = mainHost();
follow(host);
const address = location.hash === '' ? await beginning(host) : null;
if (address && location.hash === '') location.hash = address;
mount(Main, { target: document.getElementById('page') ?? document.body, props: { host } });
