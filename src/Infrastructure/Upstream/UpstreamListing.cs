using PyWharf.Application.Upstream;

namespace PyWharf.Infrastructure.Upstream;

/// <summary>A project page of upstream.</summary>
/// <param name="Project">Its content.</param>
/// <param name="Validators">For its revalidation.</param>
/// <param name="FreshFor">For how long it is used without revalidation.</param>
internal sealed record UpstreamListing(UpstreamProject Project, PageValidators Validators, TimeSpan FreshFor);
