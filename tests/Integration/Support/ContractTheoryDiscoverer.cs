using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace PyWharf.Integration.Support;

/// <summary>Makes the test cases of <see cref="ContractTheoryAttribute"/>: one for all data where it is skipped.</summary>
public sealed class ContractTheoryDiscoverer(IMessageSink diagnostics) : TheoryDiscoverer(diagnostics)
{
    /// <inheritdoc/>
    public override IEnumerable<IXunitTestCase> Discover(ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo theoryAttribute) =>
        testMethod.TestClass.Class.ToRuntimeType().GetCustomAttribute<RequiresAttribute>() is { } requires && Requirement.Unmet(requires.Needs) is not null
            ? [new ContractTestCase(DiagnosticMessageSink, discoveryOptions.MethodDisplayOrDefault(), discoveryOptions.MethodDisplayOptionsOrDefault(), testMethod)]
            : base.Discover(discoveryOptions, testMethod, theoryAttribute);
}
