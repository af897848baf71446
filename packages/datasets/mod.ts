/**
 * Published matrices and networks where they are at hand, generated ones where they are not; never
 * one in the name of the other.
 *
 * @module
 */
export { chooseDlmc, type ChosenMatrix, type DlmcSample } from "./choose_dlmc.ts";
export { dataRoot } from "./data_root.ts";
export {
  type DlmcEntry,
  type DlmcName,
  type DlmcStatistics,
  dlmcStatistics,
  listDlmc,
  loadDlmc,
  rn50Columns,
} from "./dlmc.ts";
export { DatasetError } from "./errors.ts";
export { dataRoots, findData } from "./find_data.ts";
export { bandedMatrix, generateDlmcLike, powerLawMatrix, rmatMatrix } from "./generate.ts";
export { datasetStatus, type FileState, type FileStatus } from "./dataset_status.ts";
export { fetchDataset, type FetchDatasetOptions, type FetchProgress } from "./fetch_dataset.ts";
export { denseFeatures, type GraphChallenge, loadGraphChallenge } from "./graph_challenge.ts";
export { loadTrained, mnistFeatures } from "./load_trained.ts";
export { type DataFile, type DataPart, type Dataset, readManifest } from "./manifest.ts";
export { loadMnist, type Mnist, type MnistSplit } from "./mnist.ts";
export { type NamedMatrix, type Origin } from "./named_matrix.ts";
export {
  type ChallengeNeurons,
  GRAPH_CHALLENGE,
  type OpenChallenge,
  openChallenge,
} from "./open_challenge.ts";
export { type PeerMatrix, type PeerTimes, readPeerTimes } from "./peer_times.ts";
export { type RadixNet, radixNet, radixNetLayer, type RadixNetOptions } from "./radix_net.ts";
export { type RebuiltInputs, rebuiltInputs, type RebuiltInputsOptions } from "./rebuilt_inputs.ts";
export { smallDlmc } from "./small_dlmc.ts";
export {
  challengeNetwork,
  type ChallengeNetworkOptions,
  type SparseLayer,
  type SparseNetwork,
} from "./sparse_network.ts";
export { type MatrixStatistics, standIn } from "./stand_in.ts";
