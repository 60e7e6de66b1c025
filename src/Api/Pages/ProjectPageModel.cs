using Microsoft.AspNetCore.Components;
using PyWharf.Application.Browsing;

namespace PyWharf.Api.Pages;

/// <summary>What the page of a project shows.</summary>
/// <param name="Details">The project and its version.</param>
/// <param name="Body">The page without its frame, as <see cref="ProjectPageCache"/> keeps it.</param>
public sealed record ProjectPageModel(ProjectDetails Details, MarkupString Body);
