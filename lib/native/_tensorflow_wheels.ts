import { wheel } from "./_wheel.ts";
import type { Wheel } from "./_wheel.ts";

/** The headers that the binding includes, the same in both wheels (`g++ -M` lists them). */
const HEADERS = `
  4ccd0a99a0832bffac33eeb2a26a900710d50c212549ef8e66be3f906d5bdac5 84261 tensorflow/include/tensorflow/c/c_api.h
  22212de30dca6bc80cf903b5b02f8e240b89ccae4d273d86b3cd232038de6a2d 1673 tensorflow/include/tensorflow/c/c_api_macros.h
  3c5f0b114a9e6b0e6274cbaea3d272465eae52083a5dd9fbf0cc0d27fd36cb13 23340 tensorflow/include/tensorflow/c/eager/c_api.h
  01bf629a52b523c070864ce11d31d33aa33fc2eb559552feb986fc90f512ef0e 1186 tensorflow/include/tensorflow/c/tf_attrtype.h
  007f280677fc16fe49a153b1e41c6cd9e347ea45a59a2f88b85946bbd9bd7d56 2043 tensorflow/include/tensorflow/c/tf_buffer.h
  f8ed4d7870776569ceb09fd090cce8f060e4348ee841c1400f5c3f29af7544e7 2914 tensorflow/include/tensorflow/c/tf_datatype.h
  2f581cefe989344f91598ddd15e3f1433e07748904ae66d3414f210ffc4f879c 3987 tensorflow/include/tensorflow/c/tf_status.h
  a2b0e05a9f72bd87b03525c22bd334ac7f58626361f8c79857998e361620cfb5 6422 tensorflow/include/tensorflow/c/tf_tensor.h
  da17f6c6ae6e717ecaa2996bbfa913899eb66d2deab731cea5f6ad14f896d706 1703 tensorflow/include/tensorflow/c/tf_tstring.h
  02d05f99d6e4425f0389bce4e087e33db05270beb6f15cad2848ec42663e7cf9 845 tensorflow/include/tensorflow/core/platform/ctstring.h
  ae991518679aea5d789138199d42a08fe43b4375ce3eea31d72ddb37a0ab0c3d 881 tensorflow/include/tensorflow/core/platform/ctstring_internal.h
  76ab53902b04090aaaeff4541437286c87dd9dd94ba18ee8d098ffafbf3d121a 6521 tensorflow/include/tsl/platform/ctstring.h
  fbc2e2c64c36f13d6b8f8bc90b4d36db6c735839c5bd6d0fd43139df42ecf0b4 15499 tensorflow/include/tsl/platform/ctstring_internal.h
  73b058cff55c6347f31138a50f298051e6edc7b7b3eee33021642008b891920c 3390 tensorflow/include/xla/tsl/c/tsl_status.h
`;

/** TensorFlow for the CPU alone. */
export const TENSORFLOW_CPU: readonly Wheel[] = [
  wheel("tensorflow-cpu==2.21.0", {
    bytes: 274_000_871,
    licence: "Apache-2.0",
    members: `
      6505a4b9657e62100c6bdacb683957a395cb047725042945aaa50e40a71e429e 788086608 tensorflow/libtensorflow_cc.so.2
      f060b323b26ef80add21b9df9428de3aeaf2843d772c5bb098745f7abff3709b 65222328 tensorflow/libtensorflow_framework.so.2
      ${HEADERS}`,
  }),
];

/**
 * TensorFlow with its CUDA kernels, and what its extra `and-cuda` names of NVIDIA's run-time packages. The libraries keep
 * the wheels' own layout, in which TensorFlow finds CUDA at `../nvidia/NAME/lib` from itself. Left out: static archives,
 * profilers' helpers, the multi-GPU solver.
 */
export const TENSORFLOW_GPU: readonly Wheel[] = [
  wheel("tensorflow==2.21.0", {
    bytes: 572_611_111,
    licence: "Apache-2.0",
    members: `
      2889ecc99d7641620f41a4bea538f4dd4b626f75aa3e12623161ae939054191c 1096372272 tensorflow/libtensorflow_cc.so.2
      98847c6f0448308159f6d3ff55e13a9e92978598c7fbb34cde63aadf35c6fe84 162648808 tensorflow/libtensorflow_framework.so.2
      ${HEADERS}`,
  }),
  wheel("nvidia-cublas-cu12==12.9.3.13", {
    bytes: 581_217_458,
    licence: "NVIDIA CUDA licence",
    members: `
      9b6997d8ac06badb59b90fd08cb89b1f807576306f6b0d762f3e72000b69d260 105140976 nvidia/cublas/lib/libcublas.so.12
      fbbf5c66fcc42c4eb6e56a7cb40be3936edbf0d08e757761e95c84afb9606cb6 749169616 nvidia/cublas/lib/libcublasLt.so.12`,
  }),
  wheel("nvidia-cuda-cupti-cu12==12.9.79", {
    bytes: 10_814_997,
    licence: "NVIDIA CUDA licence",
    members: `
      2fdab19dc3fccdd4b2f5eba137aabefc68e685f6497bb38eea649866c5672a2a 7604800 nvidia/cuda_cupti/lib/libcupti.so.12`,
  }),
  wheel("nvidia-cuda-nvcc-cu12==12.9.86", {
    bytes: 40_546_229,
    licence: "NVIDIA CUDA licence",
    members: `
      983b0e9283855979f42cebfd80d43f9b6e786eb84f03f7570bf941c4d3a3c461 34931056 nvidia/cuda_nvcc/bin/ptxas
      9e84b504f25d26ec775ef91f7122e68dac77fa1f776f1044128f5028356265d8 486168 nvidia/cuda_nvcc/nvvm/libdevice/libdevice.10.bc`,
  }),
  wheel("nvidia-cuda-nvrtc-cu12==12.9.86", {
    bytes: 89_568_129,
    licence: "NVIDIA CUDA licence",
    members: `
      6507cf33450cfb22970c2c1e7aa8e7c0a33e39d864720277b05f61a92791e2e8 7202760 nvidia/cuda_nvrtc/lib/libnvrtc-builtins.so.12.9
      7c67c6b51ea0e0279634cebd676ff7efda1674806444520c84430ad5c35fe625 106244480 nvidia/cuda_nvrtc/lib/libnvrtc.so.12`,
  }),
  wheel("nvidia-cuda-runtime-cu12==12.9.79", {
    bytes: 3_493_179,
    licence: "NVIDIA CUDA licence",
    members: `
      256e6409e4f06f618e1fb53d4844a6b81cdded1013afa8ade40c22f99eb133b7 741088 nvidia/cuda_runtime/lib/libcudart.so.12`,
  }),
  wheel("nvidia-cudnn-cu12==9.28.0.42", {
    bytes: 716_538_495,
    licence: "NVIDIA cuDNN licence",
    members: `
      727cf38cefa39f745dee3caa207395163a86e8fafdb47e3af6d185fdd67858d4 137432 nvidia/cudnn/lib/libcudnn.so.9
      d7a4f6de7c83eb39506d424cf8f1a6f3715faeee2320f2cc03498c9dcc10283b 232904280 nvidia/cudnn/lib/libcudnn_adv.so.9
      5bccc296c64d21ef9326c70ccdcf01b149122dd242ec80a2d3bdc2a4389879ad 4203992 nvidia/cudnn/lib/libcudnn_cnn.so.9
      9a9bbe2c9d4be6c324760199f667fa84a2a9a2d66820b8ca55844b9da235e837 559964512 nvidia/cudnn/lib/libcudnn_engines_precompiled.so.9
      8b49b082768bda0ac9f2465c235331e727682f92139ad41f15276b81f20f0f96 48269792 nvidia/cudnn/lib/libcudnn_engines_runtime_compiled.so.9
      78aa90a0543dd7b097701708f28981657ad04b95d3cac387fed960765404985e 2099128 nvidia/cudnn/lib/libcudnn_engines_tensor_ir.so.9
      7614a9e626eeeacbcfc8aa6633700e3cd4321e18497447825172d2d21f0b0e6f 10492448 nvidia/cudnn/lib/libcudnn_ext.so.9
      d56ec4d0cc21836e0138e4e75dcf6a1e589687675e9d6da0d006936ef7169078 115563344 nvidia/cudnn/lib/libcudnn_graph.so.9
      ab31bec932bc0b37431dfed946ec4c373441e0d5a62ad477e6cd19fc805e7577 96473944 nvidia/cudnn/lib/libcudnn_heuristic.so.9
      fbc82ffd752ec10601b2001226dee311b7ddd034c93a30c3536f2bbd19361b0c 92284600 nvidia/cudnn/lib/libcudnn_ops.so.9`,
  }),
  wheel("nvidia-cufft-cu12==11.4.1.4", {
    bytes: 200_877_592,
    licence: "NVIDIA CUDA licence",
    members: `
      e1d65ebd08895f9d9883f848f3974f89e0130416252477b18835ba7f15d159bc 291507928 nvidia/cufft/lib/libcufft.so.11`,
  }),
  wheel("nvidia-curand-cu12==10.3.10.19", {
    bytes: 68_295_626,
    licence: "NVIDIA CUDA licence",
    members: `
      ab8c07338fa663c018b16df5b3f3878c84aaae98bda930e9e8bad340427b0faa 166965432 nvidia/curand/lib/libcurand.so.10`,
  }),
  wheel("nvidia-cusolver-cu12==11.7.5.82", {
    bytes: 338_117_415,
    licence: "NVIDIA CUDA licence",
    members: `
      30a1fe2fe22dad7141afaa2878fb6e9d7360b016e164d2153e1f31a46f2a9833 302024152 nvidia/cusolver/lib/libcusolver.so.11`,
  }),
  wheel("nvidia-cusparse-cu12==12.5.10.65", {
    bytes: 366_465_088,
    licence: "NVIDIA CUDA licence",
    members: `
      6d85ab1acdabfe3b5a54aa76bc948c719bcd03e07eede3eb8122b083c1a6ecf7 486556368 nvidia/cusparse/lib/libcusparse.so.12`,
  }),
  wheel("nvidia-nccl-cu12==2.32.3", {
    bytes: 351_526_311,
    licence: "NVIDIA NCCL licence",
    members: `
      a23d2e3e47ad7f8987ac73eb04a373d6d40cfbb3a7a5bf41a9e0e8434817559b 473614536 nvidia/nccl/lib/libnccl.so.2`,
  }),
  wheel("nvidia-nvjitlink-cu12==12.9.86", {
    bytes: 39_748_338,
    licence: "NVIDIA CUDA licence",
    members: `
      02d3acb5fe598dd20f0fca3cc03734ad164037a22747a01900561a42d0b8448f 95935344 nvidia/nvjitlink/lib/libnvJitLink.so.12`,
  }),
];
