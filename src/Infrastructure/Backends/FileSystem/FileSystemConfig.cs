using PyWharf.Domain;

namespace PyWharf.Infrastructure.Backends.FileSystem;

/// <summary>The secrets of a file_system repository. An empty one opens nothing.</summary>
/// <param name="ReadSecret">Opens it for reading.</param>
/// <param name="WriteSecret">Opens it for reading and writing.</param>
internal sealed record FileSystemConfig(SecretVerifier ReadSecret, SecretVerifier WriteSecret);
