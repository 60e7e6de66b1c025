namespace PyWharf.Infrastructure.Backends.GitHub.Api;

/// <summary>The fields of a release. The types in this file are request bodies; null fields are left out.</summary>
internal sealed record ReleaseContent(string TagName, string Name, string Body, bool Draft, bool Prerelease);

/// <summary>A file to write to a branch; a new one where <paramref name="Sha"/>, the digest of the replaced blob, is null.</summary>
internal sealed record FileChange(string Message, ReadOnlyMemory<byte> Content, string Branch, string? Sha);

/// <summary>A repository to create; with <paramref name="AutoInit"/> it gets a first commit and a default branch.</summary>
internal sealed record NewRepository(string Name, string Description, bool Private, bool AutoInit);

/// <summary>A branch or tag to create.</summary>
internal sealed record NewRef(string Ref, string Sha);

/// <summary>A GitHub Pages site to create.</summary>
internal sealed record NewPages(PagesSource Source);

/// <summary>The branch and folder of a <see cref="NewPages"/>.</summary>
internal sealed record PagesSource(string Branch, string Path);
