/** What a lasting yes is bound to, put together from what the person chose for each argument. */
import type { BindableView, BoundToView, BoundView } from '../../host/types.gen';

export type How = 'exact' | 'prefix' | 'any';

/** At first the target is bound exactly, and the rest may be anything. */
export const startOf = (bindable: readonly BindableView[]): How[] => bindable.map(({ is_target }) => (is_target ? 'exact' : 'any'));

/** What comes after a choice when its button is pressed: wider, and from the widest back to the narrowest. */
export const after = (how: How, { prefix }: BindableView): How =>
  how === 'any' ? 'exact' : how === 'exact' && prefix ? 'prefix' : 'any';

export function boundsOf(bindable: readonly BindableView[], hows: readonly How[]): BoundView[] {
  return bindable.flatMap(({ argument, exact, prefix }, at) => {
    if (hows[at] === 'exact') return [{ argument, to: exact }];
    return hows[at] === 'prefix' && prefix ? [{ argument, to: prefix }] : [];
  });
}

/** The value as a person reads it. */
export const textOf = (to: BoundToView): string => String(Object.values(to)[0]);
