using PyWharf.Application.Ports;
using PyWharf.Infrastructure.Backends.GitHub.Api;

namespace PyWharf.Infrastructure.Backends.GitHub.Releases;

/// <summary>A published package file.</summary>
/// <param name="Publication">Whether it was there before.</param>
/// <param name="Asset">The file.</param>
/// <param name="Release">Its release.</param>
internal sealed record PublishedRelease(Publication Publication, GitHubAsset Asset, GitHubRelease Release);
