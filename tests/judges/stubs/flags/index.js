// Atlassian's feature gates, all closed: the packages then behave as for a customer without experiments.
const closed = () => false;
module.exports = { fg: closed, isExperimentEnabled: closed, expValEqualsNoExposure: closed };
