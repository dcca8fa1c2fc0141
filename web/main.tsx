import './styles/base.css';
import './styles/controls.css';
import './styles/recognise.css';
import { render } from 'preact';
import { App } from './shell/app.tsx';

const root = document.getElementById('app');
if (root !== null) render(<App />, root);
