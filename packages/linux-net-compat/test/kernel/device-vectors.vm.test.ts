import { changing, declareDeviceTests, usesVlans } from './device-tests.js';

declareDeviceTests(changing.filter(usesVlans));
