/** Before each file of component tests: the page speaks English, as a window does before it shows anything. */
import { cleanup } from '@testing-library/svelte';
import { afterEach, beforeAll } from 'vitest';
import { speak } from '../src/words/say';

beforeAll(() => speak('en'));
afterEach(() => cleanup());
