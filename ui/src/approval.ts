import './design/design.css';
import { approvalHost } from '#host';
import { mount } from 'svelte';
import { languages, preferences, showLook } from './host/preferences';
import Approval from './views/Approval.svelte';
import { fitting, say, speak } from './words/say';

showLook();
await speak(fitting(languages()));
document.title = say('approvals.title');
mount(Approval, { target: document.getElementById('page') ?? document.body, props: { host: approvalHost(), letters: preferences().letters } });
