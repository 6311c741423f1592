/** The rooms of the main window, in the order in which they stand at its side. */
import type { Component } from 'svelte';
import type { RoomGiven } from '../host/room';
import type { Room } from '../host/route.svelte';
import type { IconName } from '../parts/icons';
import Activity from '../rooms/activity/Activity.svelte';
import Grants from '../rooms/grants/Grants.svelte';
import Rules from '../rooms/rules/Rules.svelte';
import ConnectPlace from './ConnectPlace.svelte';
import SettingsPlace from './SettingsPlace.svelte';

export const PLACES: readonly { room: Room; icon: IconName; component: Component<RoomGiven> }[] = [
  { room: 'grants', icon: 'keyhole', component: Grants },
  { room: 'rules', icon: 'rule', component: Rules },
  { room: 'activity', icon: 'activity', component: Activity },
  { room: 'connect', icon: 'plug', component: ConnectPlace },
  { room: 'settings', icon: 'settings', component: SettingsPlace },
];
