using PyWharf.Domain;

namespace PyWharf.Infrastructure.Backends.FileSystem;

/// <summary>A stored file that is to be verified.</summary>
/// <param name="Location">The folder of its project.</param>
/// <param name="Filename">Its name.</param>
/// <param name="Indexed">What the index says of it; null where the index does not have it.</param>
internal sealed record VerifiedFile(string Location, DistributionFilename Filename, PackageFile? Indexed);
