namespace PyWharf.Infrastructure.Backends.GitHub.Api;

/// <summary>What a release is to be. Every type in this file is what GitHub is sent; what is null is left out.</summary>
internal sealed record ReleaseContent(string TagName, string Name, string Body, bool Draft, bool Prerelease);

/// <summary>A file for a branch; without the digest of the blob that it replaces, a new one.</summary>
internal sealed record FileChange(string Message, ReadOnlyMemory<byte> Content, string Branch, string? Sha);

/// <summary>A repository to create; <paramref name="AutoInit"/> gives it a first commit, and thereby a branch.</summary>
internal sealed record NewRepository(string Name, string Description, bool Private, bool AutoInit);

/// <summary>A branch or tag to create.</summary>
internal sealed record NewRef(string Ref, string Sha);

/// <summary>A site to publish.</summary>
internal sealed record NewPages(PagesSource Source);

/// <summary>Where the pages of a <see cref="NewPages"/> lie.</summary>
internal sealed record PagesSource(string Branch, string Path);
