import '../src/design/design.css';
import '#host';
import { mount } from 'svelte';
import { languages, showLook } from '../src/host/preferences';
import { fitting, speak } from '../src/words/say';
import Gallery from './Gallery.svelte';

showLook();
await speak(fitting(languages()));
mount(Gallery, { target: document.getElementById('page') ?? document.body });
